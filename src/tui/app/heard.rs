//! What the program does with news of the workspace, and with their absence.

use super::App;
use crate::api::events::Event;
use crate::tui::msg::LiveState;

impl App {
    /// Tells every screen what changed; each decides whether it is shown and whether it matters.
    pub(super) fn heard(&mut self, event: &Event) {
        if matches!(event, Event::Catalogue {} | Event::Everything {}) {
            self.catalogue.forget();
            self.listed();
        }
        self.watch_heard(event);
        for at in 0..self.popups.len() {
            self.with_popup(at, |popup, context| {
                popup.overlay_mut().event(event, context);
                None::<()>
            });
        }
        for at in 0..self.screens.len() {
            self.with_screen(at, |screen, context| screen.screen_mut().event(event, context));
        }
    }

    /// Takes whether changes are heard of. Once they are no longer, screens look for themselves.
    pub(super) fn live(&mut self, state: LiveState) {
        let was_live = self.link.is_live();
        self.link.set_live(state);
        if was_live && state == LiveState::Lost {
            self.heard(&Event::Everything {});
        }
    }
}
