//! Lets a screen or a popup do something, and grants what it wishes of the rest.

use super::App;
use super::changes::Owner;
use crate::tui::about::About;
use crate::tui::context::{Context, Wish};
use crate::tui::popups::Popup;
use crate::tui::screens::AnyScreen;

/// A popup that is open, and what its answer is about.
pub(super) struct Asking {
    /// The popup.
    pub popup: Popup,
    /// Nothing, where the screen knows what it asked.
    pub about: Option<Box<About>>,
}

impl App {
    /// Lets the screen at `at` (from the bottom) do something, and then does what it wishes.
    pub(super) fn with_screen(&mut self, at: usize, run: impl FnOnce(&mut AnyScreen, &mut Context<'_>)) {
        self.with((Owner::Screen(at), at), |screens, _, context| {
            if let Some(screen) = screens.get_mut(at) {
                run(screen, context);
            }
        });
    }

    pub(super) fn with_top(&mut self, run: impl FnOnce(&mut AnyScreen, &mut Context<'_>)) {
        self.with_screen(self.screens.len().saturating_sub(1), run);
    }

    pub(super) fn with_popup<T>(
        &mut self,
        at: usize,
        run: impl FnOnce(&mut Popup, &mut Context<'_>) -> Option<T>,
    ) -> Option<T> {
        let top = self.screens.len().saturating_sub(1);
        self.with((Owner::Popup, top), |_, popups, context| run(&mut popups.get_mut(at)?.popup, context))
    }

    /// Lends the rest of the program to what `owner` does, whose wishes are those of the screen at `at`.
    fn with<T>(
        &mut self,
        (owner, at): (Owner, usize),
        run: impl FnOnce(&mut [AnyScreen], &mut [Asking], &mut Context<'_>) -> T,
    ) -> T {
        let mut context = Context {
            now: self.now,
            size: self.size,
            place: &self.place,
            is_live: self.link.is_live(),
            mint: &mut self.mint,
            catalogue: &mut self.catalogue,
            outbox: &mut self.outbox,
            table: &mut self.table,
            effects: Vec::new(),
            named: Vec::new(),
            wishes: Vec::new(),
        };
        let result = run(&mut self.screens, &mut self.popups, &mut context);
        let Context { effects, named, wishes, .. } = context;
        self.changes.asked((&effects, named), owner);
        self.effects.extend(effects);
        self.grant(wishes, at);
        result
    }

    /// Does what the screen at `at` wishes. What would come up by itself, because an answer came, waits.
    pub(super) fn grant(&mut self, wishes: Vec<Wish>, at: usize) {
        for wish in wishes {
            match wish {
                Wish::Open(_) | Wish::Popup(_) | Wish::Ask(..) if self.late.is_answering => {
                    self.late.wait(at, wish);
                }
                Wish::Open(route) => self.open(route),
                Wish::Close if at + 1 < self.screens.len() => self.drop_from_below(at),
                Wish::Close => self.close(),
                Wish::Popup(popup) => self.show(popup),
                Wish::Ask(popup, about) => self.put(Asking { popup, about: Some(about) }),
                Wish::Say(tone, text) => self.say(tone, text),
            }
        }
    }

    /// Puts a popup on top whose answer is about nothing but itself.
    pub(super) fn show(&mut self, popup: Popup) {
        self.put(Asking { popup, about: None });
    }

    pub(super) fn put(&mut self, asking: Asking) {
        self.popups.push(asking);
        self.with_popup(self.popups.len() - 1, |popup, context| {
            popup.overlay_mut().opened(context);
            None::<()>
        });
    }
}
