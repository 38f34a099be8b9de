//! Keeps the stream of what changes open, and says whether it is.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::mpsc::Sender;

use super::msg::{LiveState, Msg};
use crate::api::events::Event;
use crate::client::retry::{Reconnects, Waiter};
use crate::client::{EventSource, Events};
use crate::domain::clock::Clock;
use crate::domain::entropy::Entropy;

/// A stream that lasted for so long was a good one: the waits begin anew.
const GOOD: SignedDuration = SignedDuration::from_secs(30);

/// What the waits between tries are made of.
pub struct Pace {
    /// Tells how long a stream lasted.
    pub clock: Arc<dyn Clock>,
    /// Spreads the waits of many programs.
    pub entropy: Arc<dyn Entropy>,
    /// Waits.
    pub waiter: Arc<dyn Waiter>,
}

/// Tells what changes in `workspace`, and whether that is known, for as long as `told` is taken.
pub async fn keep_listening<A: EventSource>(api: &A, workspace: &str, pace: &Pace, told: &Sender<Msg>) {
    let mut reconnects = Reconnects::default();
    let mut was_lost = false;
    loop {
        let begun = pace.clock.now();
        let retry_after = match api.listen(workspace).await {
            Ok(mut events) => {
                was_lost = false;
                if tell_all(&mut events, told).await.is_none() {
                    return;
                }
                if pace.clock.now().duration_since(begun) >= GOOD {
                    reconnects = Reconnects::default();
                }
                None
            }
            Err(not) => {
                tracing::info!(code = ?not.error.code(), "changes are not heard of");
                not.retry_after
            }
        };
        if !std::mem::replace(&mut was_lost, true) && told.send(Msg::Live(LiveState::Lost)).await.is_err() {
            return;
        }
        let wait: Duration = reconnects.next(retry_after, &*pace.entropy);
        pace.waiter.wait(wait).await;
    }
}

/// Tells all that a stream brings; nothing when nobody takes it any more.
async fn tell_all(events: &mut impl Events, told: &Sender<Msg>) -> Option<()> {
    told.send(Msg::Live(LiveState::Connected)).await.ok()?;
    // What changed before the stream was open is not in it.
    told.send(Msg::Event(Event::Everything {})).await.ok()?;
    while let Some(event) = events.next().await {
        told.send(Msg::Event(event)).await.ok()?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::future::Future;
    use std::pin::Pin;
    use std::sync::Mutex;

    use tokio::sync::mpsc::channel;

    use super::*;
    use crate::client::{ClientError, NotListening};
    use crate::domain::clock::ManualClock;
    use crate::domain::entropy::SeededEntropy;

    /// What a try to listen brings: events after so long, or nothing and when to come back.
    type Try = Result<(Vec<Event>, SignedDuration), Option<Duration>>;

    struct Script {
        tries: Mutex<VecDeque<Try>>,
        clock: Arc<ManualClock>,
    }

    struct Told(VecDeque<Event>);

    impl Events for Told {
        async fn next(&mut self) -> Option<Event> {
            self.0.pop_front()
        }
    }

    impl EventSource for Script {
        type Events = Told;

        async fn listen(&self, workspace: &str) -> Result<Told, NotListening> {
            assert_eq!(workspace, "leeds");
            let next = self.tries.lock().unwrap().pop_front();
            match next {
                Some(Ok((events, lasted))) => {
                    self.clock.advance(lasted);
                    Ok(Told(events.into()))
                }
                Some(Err(retry_after)) => {
                    Err(NotListening { error: ClientError::Unreachable("gone".into()), retry_after })
                }
                None => std::future::pending().await,
            }
        }
    }

    #[derive(Default)]
    struct Waits(Mutex<Vec<Duration>>);

    impl Waiter for Waits {
        fn wait(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
            self.0.lock().unwrap().push(time);
            Box::pin(std::future::ready(()))
        }
    }

    /// What is told of `tries`, and the waits between them.
    async fn told(tries: Vec<Try>) -> (Vec<Msg>, Vec<Duration>) {
        let clock = Arc::new(ManualClock::at(jiff::Timestamp::UNIX_EPOCH));
        let script = Script { tries: Mutex::new(tries.into()), clock: Arc::clone(&clock) };
        let waits = Arc::new(Waits::default());
        let entropy = Arc::new(SeededEntropy::new(1));
        let pace = Pace { clock, entropy, waiter: Arc::clone(&waits) as _ };
        let (sender, mut receiver) = channel(100);
        tokio::select! {
            biased;
            () = keep_listening(&script, "leeds", &pace, &sender) => panic!("it goes on for ever"),
            () = std::future::ready(()) => {}
        }
        let mut messages = Vec::new();
        while let Ok(msg) = receiver.try_recv() {
            messages.push(msg);
        }
        let waits = waits.0.lock().unwrap().clone();
        (messages, waits)
    }

    const CONNECTED: Msg = Msg::Live(LiveState::Connected);
    const LOST: Msg = Msg::Live(LiveState::Lost);
    const EVERYTHING: Msg = Msg::Event(Event::Everything {});

    #[tokio::test]
    async fn each_stream_begins_with_everything_and_its_loss_is_told_once() {
        let short = SignedDuration::from_secs(1);
        let (messages, waits) = told(vec![
            Err(None),
            Err(None),
            Ok((vec![Event::Catalogue {}], short)),
            Err(None),
            Err(None),
            Ok((Vec::new(), short)),
        ])
        .await;
        let catalogue = Msg::Event(Event::Catalogue {});
        assert_eq!(messages, [LOST, CONNECTED, EVERYTHING, catalogue, LOST, CONNECTED, EVERYTHING, LOST]);
        assert_eq!(waits.len(), 6);
        assert!(waits.windows(2).all(|pair| pair[0] < pair[1] * 2), "{waits:?}");
        assert!(waits[5] >= Duration::from_secs(15), "streams that end at once are no reason to hurry");
    }

    #[tokio::test]
    async fn after_a_good_stream_the_waits_begin_anew_and_the_server_is_obeyed() {
        let minute = Duration::from_mins(1);
        let (_, waits) =
            told(vec![Err(Some(minute)), Err(None), Err(None), Err(None), Ok((Vec::new(), GOOD))]).await;
        assert_eq!(waits[0], minute);
        assert!(waits[3] >= Duration::from_secs(4) && waits[4] <= Duration::from_secs(1), "{waits:?}");
    }
}
