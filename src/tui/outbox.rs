//! Invitations on their way: sent in the background, again under the same key when the line breaks.

use std::collections::VecDeque;
use std::time::Duration;

use super::context::{Mint, Tone};
use super::draft::{Attempt, Draft};
use super::effect::{Asked, Call, Effect, Reply, Ticket};
use crate::client::ClientError;
use crate::domain::safe_text::SafeText;

/// Tries before an invitation counts as failed; with the waits between, some ten minutes.
const MOST_TRIES: u32 = 24;
/// Longest wait between two tries.
const LONGEST_WAIT: u64 = 30;

/// Invitations on their way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outbox {
    letters: Vec<Letter>,
    failed: Vec<Failed>,
    sent: u64,
    news: VecDeque<(Tone, SafeText)>,
    has_changed: bool,
}

/// An invitation on its way. The key stays the same through all tries, so that it happens once
/// (DESIGN R15).
#[derive(Clone, Debug, PartialEq)]
struct Letter {
    draft: Draft,
    attempt: Box<Attempt>,
    tries: u32,
    /// Of the call that is under way, or of the wait before the next.
    ticket: Ticket,
    trouble: Option<SafeText>,
}

/// An invitation that was not sent, with everything that was in the form.
#[derive(Clone, Debug, PartialEq)]
pub struct Failed {
    /// What was in the form.
    pub draft: Draft,
    /// Why it was not sent.
    pub error: ClientError,
}

/// How many invitations went which way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Sent.
    pub sent: u64,
    /// On their way.
    pub sending: usize,
    /// Not sent.
    pub failed: usize,
    /// What holds up those on their way: the try, and why.
    pub trouble: Option<(u32, SafeText)>,
}

impl Outbox {
    /// Sends an invitation.
    #[must_use = "the effects are to be performed"]
    pub fn send(&mut self, draft: Draft, attempt: Box<Attempt>, mint: &mut Mint) -> Vec<Effect> {
        let ticket = mint.ticket();
        let effect = Effect::Call(ticket, attempt.call());
        self.letters.push(Letter { draft, attempt, tries: 1, ticket, trouble: None });
        self.has_changed = true;
        vec![effect]
    }

    /// Takes invitations that were on their way when the program ended. Whether they arrived is not
    /// known; the operator sends them again, under the key that they had.
    pub fn restore(&mut self, unsent: Vec<Draft>) {
        let error = ClientError::Unreachable("the program ended before an answer came".into());
        self.failed.extend(unsent.into_iter().map(|draft| Failed { draft, error: error.clone() }));
    }

    /// Everything that is not known to have arrived, the latest last.
    pub fn unsent(&self) -> Vec<Draft> {
        let failed = self.failed.iter().map(|failed| failed.draft.clone());
        failed.chain(self.letters.iter().map(Letter::draft)).collect()
    }

    /// Whether [`Self::unsent`] is another than the last time this was asked.
    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.has_changed)
    }

    /// Takes an answer; one to a ticket that it does not wait for is not its own.
    pub fn replied(&mut self, ticket: Ticket, reply: &Reply, mint: &mut Mint) -> Vec<Effect> {
        let Reply::Invited(answer) = reply else { return Vec::new() };
        let Some(at) = self.letters.iter().position(|letter| letter.ticket == ticket) else {
            return Vec::new();
        };
        match answer {
            Ok(outcome) => {
                self.letters.remove(at);
                self.sent += 1;
                self.has_changed = true;
                let email = &outcome.user.email;
                self.news.push_back((Tone::Done, format!("invitation sent to {email}").into()));
            }
            Err(error) if error.may_pass() && self.letters.get(at).is_some_and(|l| l.tries < MOST_TRIES) => {
                return self.try_later(at, error, mint);
            }
            Err(error) => {
                let letter = self.letters.remove(at);
                let text =
                    format!("not sent to {}: {error} (Ctrl-G in the form opens it)", letter.draft.email);
                self.news.push_back((Tone::Error, text.into()));
                self.failed.push(Failed { draft: letter.draft(), error: error.clone() });
                self.has_changed = true;
            }
        }
        Vec::new()
    }

    fn try_later(&mut self, at: usize, error: &ClientError, mint: &mut Mint) -> Vec<Effect> {
        let Some(letter) = self.letters.get_mut(at) else { return Vec::new() };
        if letter.trouble.is_none() {
            let text = format!("the invitation to {} is tried again: {error}", letter.draft.email);
            self.news.push_back((Tone::Error, text.into()));
        }
        letter.trouble = Some(error.to_string().into());
        letter.ticket = mint.ticket();
        vec![Effect::After(wait(letter.tries), letter.ticket)]
    }

    /// The time asked for under `ticket` is over.
    pub fn rang(&mut self, ticket: Ticket, mint: &mut Mint) -> Vec<Effect> {
        let Some(letter) = self.letters.iter_mut().find(|letter| letter.ticket == ticket) else {
            return Vec::new();
        };
        letter.tries += 1;
        letter.ticket = mint.quiet_ticket();
        vec![Effect::Call(letter.ticket, letter.attempt.call())]
    }

    /// How many are neither sent nor given up.
    pub fn under_way(&self) -> usize {
        self.letters.len()
    }

    /// How many went which way.
    pub fn tally(&self) -> Tally {
        let troubled = self.letters.iter().find(|letter| letter.trouble.is_some());
        let trouble = troubled.and_then(|letter| Some((letter.tries, letter.trouble.clone()?)));
        Tally { sent: self.sent, sending: self.letters.len(), failed: self.failed.len(), trouble }
    }

    /// The last one that failed, to be mended.
    pub fn take_failed(&mut self) -> Option<Failed> {
        self.has_changed = true;
        self.failed.pop()
    }

    /// What happened since the last time it was asked, to be told.
    pub fn news(&mut self) -> Vec<(Tone, SafeText)> {
        self.news.drain(..).collect()
    }
}

impl Letter {
    /// What was in the form, and how it was sent.
    fn draft(&self) -> Draft {
        Draft { attempt: Some(self.attempt.clone()), ..self.draft.clone() }
    }
}

impl Attempt {
    fn call(&self) -> Call {
        let form = Box::new(self.form.clone());
        match self.replaces {
            None => Call::Invite(form, self.key.clone()),
            Some(user) => {
                let asked = Asked { key: self.key.clone(), ..Asked::default() };
                Call::Replace(user, form, asked)
            }
        }
    }
}

/// 1, 2, 4, … seconds, at most half a minute.
fn wait(tries: u32) -> Duration {
    Duration::from_secs(1_u64.checked_shl(tries.saturating_sub(1)).unwrap_or(u64::MAX).min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::invitations::InvitationForm;
    use crate::api::problem::{Problem, ProblemCode};
    use crate::domain::entropy::SeededEntropy;
    use std::sync::Arc;

    fn sent() -> (Outbox, Mint, Vec<Effect>) {
        let (mut outbox, mut mint) = (Outbox::default(), Mint::new(Arc::new(SeededEntropy::new(1))));
        let attempt = Attempt { form: InvitationForm::default(), key: "the key".to_owned(), replaces: None };
        let effects = outbox.send(Draft::default(), Box::new(attempt), &mut mint);
        (outbox, mint, effects)
    }

    fn unreachable() -> Reply {
        Reply::Invited(Err(ClientError::Unreachable("refused".into())))
    }

    #[test]
    fn r15_every_try_carries_the_same_key_until_it_is_given_up() {
        let (mut outbox, mut mint, mut effects) = sent();
        let mut keys = 0;
        while let Some(effect) = effects.pop() {
            effects = match effect {
                Effect::Call(ticket, Call::Invite(_, key)) => {
                    assert_eq!(key, "the key");
                    keys += 1;
                    outbox.replied(ticket, &unreachable(), &mut mint)
                }
                Effect::After(_, ticket) => outbox.rang(ticket, &mut mint),
                other => panic!("{other:?}"),
            };
        }
        assert_eq!(keys, MOST_TRIES);
        assert_eq!((outbox.under_way(), outbox.tally().failed), (0, 1));
        assert_eq!(outbox.unsent().len(), 1, "what was given up is not lost");
        let kept = outbox.take_failed().and_then(|failed| failed.draft.attempt);
        assert_eq!(kept.map(|attempt| attempt.key).as_deref(), Some("the key"));
    }

    #[test]
    fn a_refusal_is_not_tried_again() {
        let (mut outbox, mut mint, effects) = sent();
        let Some(Effect::Call(ticket, _)) = effects.first() else { panic!("{effects:?}") };
        let problem = Problem::new(ProblemCode::KnownHere, "known");
        let reply = Reply::Invited(Err(ClientError::Refused(Box::new(problem))));
        assert_eq!(outbox.replied(*ticket, &reply, &mut mint), []);
        assert_eq!(outbox.news().len(), 1);
        assert_eq!(outbox.tally().failed, 1);
    }

    #[test]
    fn the_wait_grows_and_is_capped() {
        let waits: Vec<u64> = (1..8).map(|tries| wait(tries).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30]);
    }
}
