//! Changes that are on their way to the server: whatever becomes of one is said, wherever the operator is by then.

use super::App;
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
pub(super) struct Changes(Vec<(Ticket, Owner)>);

impl Changes {
    /// Notes the changes among `effects`, which `owner` asks for.
    pub fn asked(&mut self, effects: &[Effect], owner: Owner) {
        self.0.extend(effects.iter().filter_map(|effect| match effect {
            Effect::Call(ticket, call) if call.is_change() => Some((*ticket, owner)),
            _ => None,
        }));
    }

    /// The popups are closed, and all but the lowest `screens`.
    pub fn left(&mut self, screens: usize) {
        for (_, owner) in &mut self.0 {
            match owner {
                Owner::Screen(at) if *at < screens => {}
                _ => *owner = Owner::Nobody,
            }
        }
    }

    /// The screen at `at` is closed, and those above it are one lower.
    pub fn dropped(&mut self, at: usize) {
        for (_, owner) in &mut self.0 {
            match owner {
                Owner::Screen(of) if *of == at => *owner = Owner::Nobody,
                Owner::Screen(of) if *of > at => *of -= 1,
                _ => {}
            }
        }
    }

    /// A change was answered: who asked for it.
    pub fn answered(&mut self, ticket: Ticket) -> Option<Owner> {
        let at = self.0.iter().position(|(asked, _)| *asked == ticket)?;
        Some(self.0.remove(at).1)
    }

    /// How many are not answered yet.
    pub fn under_way(&self) -> usize {
        self.0.len()
    }
}

impl App {
    /// Says what became of a change that nobody is left to tell of.
    pub(super) fn tell_of_change(&mut self, reply: &Reply) {
        let told = match reply {
            Reply::Changed(Ok(outcome)) if outcome.dry_run => {
                let (first, last) = (&outcome.user.first_name, &outcome.user.last_name);
                let told = format!(
                    "{first} {last}: not enrolled, since the page was left before the server answered"
                );
                return self.say(Tone::Error, told);
            }
            Reply::Changed(Ok(outcome)) => manage::outcome(outcome),
            Reply::Job(Ok(job)) => format!("{}: at it; 5 shows how far it is", job.summary),
            reply => match reply.error() {
                Some(error) => return self.say(Tone::Error, manage::told(error)),
                None => "the change is made".to_owned(),
            },
        };
        self.say(Tone::Done, told);
    }
}
