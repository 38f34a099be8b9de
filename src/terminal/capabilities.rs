//! What the terminal can show, told from environment variables that are passed in.

use std::time::Duration;

use super::output::ColourDepth;
use super::pace::Line;

/// How long a lone `ESC` waits when `ESCDELAY` doesn't say.
const ESCAPE_DELAY: Duration = Duration::from_millis(100);

/// Beginnings of the names of terminals without colours and without anything but ASCII.
const PLAIN_TERMS: [&str; 8] = ["vt1", "vt2", "vt3", "vt4", "vt5", "ansi", "dumb", "cons25"];

/// The environment variables that tell about a terminal; empty ones count as unset.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Environment {
    /// `TERM`
    pub term: Option<String>,
    /// `LC_ALL`
    pub lc_all: Option<String>,
    /// `LC_CTYPE`
    pub lc_ctype: Option<String>,
    /// `LANG`
    pub lang: Option<String>,
    /// `NO_COLOR`
    pub no_color: Option<String>,
    /// `COLORTERM`
    pub colorterm: Option<String>,
    /// `TMUX`
    pub tmux: Option<String>,
    /// `SSH_CONNECTION`
    pub ssh_connection: Option<String>,
    /// `ESCDELAY`, in milliseconds
    pub escdelay: Option<String>,
}

impl Environment {
    /// Reads the variables by `lookup`.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name| lookup(name).filter(|value| !value.is_empty());
        Self {
            term: get("TERM"),
            lc_all: get("LC_ALL"),
            lc_ctype: get("LC_CTYPE"),
            lang: get("LANG"),
            no_color: get("NO_COLOR"),
            colorterm: get("COLORTERM"),
            tmux: get("TMUX"),
            ssh_connection: get("SSH_CONNECTION"),
            escdelay: get("ESCDELAY"),
        }
    }
}

/// How rows that only moved get to their new place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scrolling {
    /// The terminal shifts them.
    Shifted,
    /// They are written again.
    Written,
}

/// What the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// The colours that may be written.
    pub depth: ColourDepth,
    /// Only ASCII may be written for borders and signs.
    pub ascii: bool,
    /// Sequences for the outer terminal must also go through tmux's pass-through.
    pub in_tmux: bool,
    /// Rows can be shifted inside margins, as VT102 and everything after it does. Without a name, or
    /// with that of an old terminal or of what calls itself one, every row is written: a shift that
    /// fails leaves a wrong screen, writing is only slower.
    pub scrolling: Scrolling,
    /// Where it is.
    pub line: Line,
    /// Frames can be shown at all; a `dumb` terminal can't place a cursor.
    pub interactive: bool,
    /// How long a lone `ESC` waits for the rest of a sequence.
    pub escape_delay: Duration,
}

impl Capabilities {
    /// Tells them from the environment. No query is sent to the terminal: over a slow line the
    /// answer would come late and be taken for typing.
    pub fn of(environment: &Environment) -> Self {
        let term = environment.term.as_deref().unwrap_or_default();
        let plain = term.is_empty() || PLAIN_TERMS.iter().any(|prefix| term.starts_with(prefix));
        Self {
            depth: depth(environment, plain),
            ascii: plain || term == "linux" || !is_utf8(environment),
            scrolling: if plain { Scrolling::Written } else { Scrolling::Shifted },
            in_tmux: environment.tmux.is_some() || term.starts_with("tmux"),
            line: if environment.ssh_connection.is_some() { Line::Far } else { Line::Near },
            interactive: term != "dumb",
            escape_delay: environment
                .escdelay
                .as_deref()
                .and_then(|delay| delay.trim().parse().ok())
                .map_or(ESCAPE_DELAY, |delay: u64| Duration::from_millis(delay.clamp(1, 5000))),
        }
    }
}

fn depth(environment: &Environment, plain: bool) -> ColourDepth {
    if environment.no_color.is_some() || plain {
        return ColourDepth::None;
    }
    match environment.colorterm.as_deref() {
        Some("truecolor" | "24bit") => ColourDepth::Full,
        _ => ColourDepth::Sixteen,
    }
}

/// Whether the locale's characters are UTF-8: the first variable that is set decides, as in
/// setlocale(3).
fn is_utf8(environment: &Environment) -> bool {
    let locale = [&environment.lc_all, &environment.lc_ctype, &environment.lang].into_iter().flatten().next();
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Capabilities {
        let value = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        Capabilities::of(&Environment::read(value))
    }

    #[test]
    fn a_common_terminal_has_sixteen_colours_and_utf8() {
        let common = of(&[("TERM", "xterm-256color"), ("LANG", "en_GB.UTF-8")]);
        assert_eq!(common.depth, ColourDepth::Sixteen);
        assert!(!common.ascii && common.interactive && !common.in_tmux);
        assert_eq!(common.escape_delay, Duration::from_millis(100));
    }

    #[test]
    fn no_color_wins_over_truecolor_unless_it_is_empty() {
        let truecolor = [("TERM", "xterm"), ("COLORTERM", "truecolor"), ("NO_COLOR", "")];
        assert_eq!(of(&truecolor).depth, ColourDepth::Full);
        assert_eq!(
            of(&[("TERM", "xterm"), ("COLORTERM", "24bit"), ("NO_COLOR", "1")]).depth,
            ColourDepth::None
        );
    }

    #[test]
    fn the_first_locale_variable_decides_about_ascii() {
        assert!(of(&[("TERM", "xterm"), ("LC_ALL", "C"), ("LANG", "C.UTF-8")]).ascii);
        assert!(!of(&[("TERM", "xterm"), ("LC_ALL", ""), ("LC_CTYPE", "de_DE.utf8"), ("LANG", "C")]).ascii);
        assert!(of(&[("TERM", "xterm")]).ascii);
        assert!(of(&[("TERM", "linux"), ("LANG", "C.UTF-8")]).ascii);
    }

    #[test]
    fn old_terminals_are_plain_and_dumb_ones_not_interactive() {
        let old = of(&[("TERM", "vt100"), ("LANG", "C.UTF-8"), ("COLORTERM", "truecolor")]);
        assert!(old.ascii && old.interactive);
        assert_eq!(old.depth, ColourDepth::None);
        assert!(!of(&[("TERM", "dumb")]).interactive);
        for term in ["", "dumb", "ansi", "vt52", "vt100"] {
            assert_eq!(of(&[("TERM", term)]).scrolling, Scrolling::Written, "{term}");
        }
        for term in ["linux", "screen", "tmux-256color", "xterm", "foot"] {
            assert_eq!(of(&[("TERM", term)]).scrolling, Scrolling::Shifted, "{term}");
        }
    }

    #[test]
    fn tmux_the_line_and_the_escape_delay_are_told() {
        let told = of(&[("TERM", "tmux-256color"), ("ESCDELAY", "25")]);
        assert!(told.in_tmux && told.line == Line::Near);
        assert_eq!(of(&[("SSH_CONNECTION", "192.0.2.1 50022 192.0.2.2 22")]).line, Line::Far);
        assert_eq!(told.escape_delay, Duration::from_millis(25));
        assert_eq!(of(&[("ESCDELAY", "soon")]).escape_delay, Duration::from_millis(100));
    }
}
