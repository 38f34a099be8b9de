//! What becomes of ticks when their popup is left: the same in every popup that has some.

use ratatui::text::Line;

use crate::tui::parts::text;
use crate::tui::theme::Theme;

/// What leaving a popup comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// The ticks are taken as they are.
    Taken,
    /// It is not left yet: the operator is told first that the ticks would be dropped.
    NotYet,
    /// The ticks are as they were, or dropped.
    Dropped,
}

/// How a popup with ticks is left. Ticks of a field or a filter stay however it is left, unless [`Self::beginning`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leaving {
    begins: bool,
    is_warned: bool,
}

impl Leaving {
    /// Something is begun with what is ticked: leaving must not begin it, nor drop it unseen.
    pub fn beginning() -> Self {
        Self { begins: true, is_warned: false }
    }

    /// Whether something is begun with what is ticked.
    pub fn begins(self) -> bool {
        self.begins
    }

    /// Leaves, unless that would drop what `is_changed`: a second time it does.
    pub fn leave(&mut self, is_changed: bool) -> Left {
        if is_changed && !self.begins {
            return Left::Taken;
        }
        if is_changed && !self.is_warned {
            self.is_warned = true;
            return Left::NotYet;
        }
        Left::Dropped
    }

    /// Another key than that which leaves was pressed.
    pub fn stay(&mut self) {
        self.is_warned = false;
    }

    /// The line of the `usual` keys; once leaving was tried, what leaving again would do, and which key goes on with
    /// so many ticks.
    pub fn hint(
        self,
        usual: &str,
        (takes, ticks): (&str, usize),
        (cells, theme): (usize, Theme),
    ) -> Line<'static> {
        let ellipsis = theme.signs.ellipsis;
        if !self.is_warned {
            return Line::styled(text::fit(usual, cells, ellipsis), theme.dim());
        }
        let count = text::counted(ticks as u64, "tick", "ticks");
        let warning = format!("Esc again drops what you changed  {takes} goes on with {count}");
        Line::styled(text::fit(&warning, cells, ellipsis), theme.strong())
    }
}
