//! Styles and signs by meaning. The terminal's own 16 colours; nothing is told by colour alone.

use ratatui::style::{Color, Modifier, Style};

use crate::api::users::DeliveryState;
use crate::domain::status::UserStatus;
use crate::terminal::output::ColourDepth;

/// How things look on this terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    colour: bool,
    /// The signs to draw with.
    pub signs: &'static Signs,
}

impl Theme {
    /// The theme for a terminal of `depth`; `ascii` where it can't show more than ASCII.
    pub fn new(depth: ColourDepth, ascii: bool) -> Self {
        Self { colour: depth != ColourDepth::None, signs: if ascii { &ASCII } else { &UNICODE } }
    }

    /// Whether only ASCII can be shown.
    pub fn is_ascii(self) -> bool {
        self.signs == &ASCII
    }

    fn coloured(self, colour: Color, plain: Modifier) -> Style {
        if self.colour { Style::new().fg(colour) } else { Style::new().add_modifier(plain) }
    }

    /// Ordinary text.
    pub fn text(self) -> Style {
        Style::new()
    }

    /// Context: labels, hints, what is not in focus.
    pub fn dim(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    /// Headings.
    pub fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// The one accent: what has the focus.
    pub fn focus(self) -> Style {
        self.coloured(Color::Cyan, Modifier::BOLD).add_modifier(Modifier::BOLD)
    }

    /// The profile's name, so that production is not mistaken for practice.
    pub fn profile(self) -> Style {
        self.focus().add_modifier(Modifier::REVERSED)
    }

    /// The selected row.
    pub fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// The letters that a search matched.
    pub fn matched(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
    }

    /// Something is wrong.
    pub fn error(self) -> Style {
        self.coloured(Color::Red, Modifier::BOLD)
    }

    /// Something to know before going on.
    pub fn warning(self) -> Style {
        self.coloured(Color::Yellow, Modifier::UNDERLINED)
    }

    /// Something was done.
    pub fn done(self) -> Style {
        self.coloured(Color::Green, Modifier::empty())
    }

    /// A status: its word is always beside it.
    pub fn status(self, status: UserStatus) -> Style {
        match status {
            UserStatus::Active => self.coloured(Color::Green, Modifier::empty()),
            UserStatus::Invited => self.coloured(Color::Blue, Modifier::empty()),
            UserStatus::Pending => self.coloured(Color::Cyan, Modifier::empty()),
            UserStatus::Expired => self.coloured(Color::Yellow, Modifier::empty()),
            UserStatus::Cancelled | UserStatus::Deleted => self.dim(),
        }
    }

    /// The sign before a status's word.
    pub fn status_sign(self, status: UserStatus) -> &'static str {
        match status {
            UserStatus::Active => self.signs.full,
            UserStatus::Invited => self.signs.empty,
            UserStatus::Pending => self.signs.half,
            UserStatus::Cancelled | UserStatus::Deleted => self.signs.cross,
            UserStatus::Expired => self.signs.ended,
        }
    }

    /// How a mail fares.
    pub fn delivery(self, state: DeliveryState) -> Style {
        match state {
            DeliveryState::Queued => self.dim(),
            DeliveryState::Sent => self.text(),
            DeliveryState::Failed => self.error(),
        }
    }
}

/// The signs to draw with.
#[derive(Debug, PartialEq, Eq)]
pub struct Signs {
    /// A full disc.
    pub full: &'static str,
    /// A half disc.
    pub half: &'static str,
    /// An empty disc.
    pub empty: &'static str,
    /// A cross.
    pub cross: &'static str,
    /// What has ended.
    pub ended: &'static str,
    /// A tick.
    pub tick: &'static str,
    /// The pointer at the selected row.
    pub pointer: &'static str,
    /// Sorted upwards.
    pub up: &'static str,
    /// Sorted downwards.
    pub down: &'static str,
    /// Takes a chip away.
    pub remove: &'static str,
    /// Nothing.
    pub none: &'static str,
    /// About: before an estimate.
    pub about: &'static str,
    /// More follows.
    pub ellipsis: &'static str,
    /// Leads on to what follows.
    pub arrow: &'static str,
    /// Between the parts of a path.
    pub path: &'static str,
    /// A horizontal line.
    pub rule: &'static str,
    /// A vertical line.
    pub bar: &'static str,
    /// Corners of a box: top left, top right, bottom left, bottom right.
    pub corners: [&'static str; 4],
    /// A done and an open step of a progress bar.
    pub progress: [&'static str; 2],
    /// Frames of a spinner.
    pub spinner: &'static [&'static str],
    /// Between facts on one line.
    pub dot: &'static str,
}

/// Signs of terminals that show Unicode.
pub static UNICODE: Signs = Signs {
    full: "●",
    half: "◐",
    empty: "○",
    cross: "✗",
    ended: "◌",
    tick: "✓",
    pointer: "▌",
    up: "▲",
    down: "▼",
    remove: "×",
    none: "–",
    about: "≈",
    ellipsis: "…",
    arrow: "→",
    path: "›",
    rule: "─",
    bar: "│",
    corners: ["┌", "┐", "└", "┘"],
    progress: ["█", "░"],
    spinner: &["⠋", "⠙", "⠸", "⠴", "⠦", "⠇"],
    dot: "·",
};

/// Signs of terminals that show ASCII only.
pub static ASCII: Signs = Signs {
    full: "*",
    half: "~",
    empty: "o",
    cross: "x",
    ended: ".",
    tick: "+",
    pointer: ">",
    up: "^",
    down: "v",
    remove: "x",
    none: "-",
    about: "~",
    ellipsis: "...",
    arrow: "->",
    path: ">",
    rule: "-",
    bar: "|",
    corners: ["+", "+", "+", "+"],
    progress: ["#", "."],
    spinner: &["|", "/", "-", "\\"],
    dot: "-",
};
