//! Changes that are on their way to the server: whatever becomes of one is said, wherever the operator is by then.

use super::App;
use crate::domain::safe_text::SafeText;
use crate::tui::context::Tone;
use crate::tui::effect::{Effect, Reply, Ticket};
use crate::tui::manage;

/// Who asked for a change, and says what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The screen at this place, from the bottom.
    Screen(usize),
    /// A popup.
    Popup,
    /// A screen or popup that was left since.
    Nobody,
}

/// The changes that are not answered yet.
#[derive(Debug, Default)]
pub(super) struct Changes(Vec<UnderWay>);

#[derive(Debug)]
struct UnderWay {
    ticket: Ticket,
    owner: Owner,
    /// Whom or what it is about; empty, where the answer says so by itself.
    about: SafeText,
}

impl Changes {
    /// Notes the changes among `effects`, which `owner` asks for, with whom or what they are about.
    pub fn asked(&mut self, (effects, named): (&[Effect], Vec<(Ticket, SafeText)>), owner: Owner) {
        let about = |ticket| named.iter().find(|(of, _)| *of == ticket).map(|(_, about)| about.clone());
        self.0.extend(effects.iter().filter_map(|effect| match effect {
            Effect::Call(ticket, call) if call.is_change() => {
                Some(UnderWay { ticket: *ticket, owner, about: about(*ticket).unwrap_or_default() })
            }
            _ => None,
        }));
    }

    /// The popups are closed, and all but the lowest `screens`.
    pub fn left(&mut self, screens: usize) {
        for UnderWay { owner, .. } in &mut self.0 {
            match owner {
                Owner::Screen(at) if *at < screens => {}
                _ => *owner = Owner::Nobody,
            }
        }
    }

    /// The screen at `at` is closed, and those above it are one lower.
    pub fn dropped(&mut self, at: usize) {
        for UnderWay { owner, .. } in &mut self.0 {
            match owner {
                Owner::Screen(of) if *of == at => *owner = Owner::Nobody,
                Owner::Screen(of) if *of > at => *of -= 1,
                _ => {}
            }
        }
    }

    /// A change was answered: whom or what it was about, if nobody is left to tell of it.
    pub fn answered(&mut self, ticket: Ticket) -> Option<SafeText> {
        let at = self.0.iter().position(|change| change.ticket == ticket)?;
        let UnderWay { owner, about, .. } = self.0.remove(at);
        (owner == Owner::Nobody).then_some(about)
    }

    /// How many are not answered yet.
    pub fn under_way(&self) -> usize {
        self.0.len()
    }
}

impl App {
    /// Says what became of a change that nobody is left to tell of.
    pub(super) fn tell_of_change(&mut self, about: &SafeText, reply: &Reply) {
        let told = match reply {
            Reply::Changed(Ok(outcome)) if outcome.dry_run => {
                return self.say(Tone::Error, manage::matter::not_enrolled(&outcome.user));
            }
            Reply::Changed(Ok(outcome)) => manage::outcome(outcome),
            Reply::Job(Ok(job)) => {
                self.watch(job);
                format!("{}: at it; 5 shows how far it is", job.summary)
            }
            reply => match reply.error() {
                Some(error) => return self.say(Tone::Error, manage::told(about.as_str(), error)),
                None if about.is_empty() => "the change is made".to_owned(),
                None => format!("{about}: done"),
            },
        };
        self.say(Tone::Done, told);
    }
}
