//! The look of what is written next, and the shortest SGR sequence from one look to another.

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

use super::output::ColourDepth;
use super::shortest::{keep_shorter, push_number};

/// What a blank shows of its modifiers.
const VISIBLE_ON_BLANK: Modifier =
    Modifier::REVERSED.union(Modifier::UNDERLINED).union(Modifier::CROSSED_OUT);

/// Each modifier with what sets and what clears it; bold and dim are cleared by one parameter.
const MODIFIERS: [(Modifier, u8, u8); 8] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// A look: colours as the terminal gets them, and modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pen {
    fg: Color,
    bg: Color,
    modifiers: Modifier,
}

impl Pen {
    /// The terminal's own colours, nothing else; how every frame begins and ends.
    pub const DEFAULT: Self = Self { fg: Color::Reset, bg: Color::Reset, modifiers: Modifier::empty() };

    /// The look of a cell at `depth`. What can't be seen is left out, so that two looks are equal
    /// when they look the same: the text colour of a blank says nothing.
    pub fn of(cell: &Cell, depth: ColourDepth, blank: bool) -> Self {
        // Most of a screen is in the terminal's own look.
        if cell.modifier.is_empty() && cell.fg == Color::Reset && cell.bg == Color::Reset {
            return Self::DEFAULT;
        }
        let mut modifiers = cell.modifier;
        if modifiers.contains(Modifier::RAPID_BLINK) {
            modifiers.remove(Modifier::RAPID_BLINK);
            modifiers.insert(Modifier::SLOW_BLINK);
        }
        let pen = Self { fg: colour(cell.fg, depth), bg: colour(cell.bg, depth), modifiers };
        if blank && !modifiers.intersects(VISIBLE_ON_BLANK) {
            return Self { fg: Color::Reset, modifiers: Modifier::empty(), ..pen };
        }
        pen
    }

    /// Whether a blank with the look `wanted` looks right when written with this one.
    pub fn serves_blank(self, wanted: Self) -> bool {
        self == wanted
            || (self.bg == wanted.bg
                && !self.modifiers.intersects(VISIBLE_ON_BLANK)
                && !wanted.modifiers.intersects(VISIBLE_ON_BLANK))
    }

    /// Appends the shortest sequence that turns this look into `to`.
    pub fn change(self, to: Self, out: &mut Vec<u8>) {
        if self == to {
            return;
        }
        if to == Self::DEFAULT {
            out.extend(b"\x1b[m");
            return;
        }
        out.extend(b"\x1b[");
        let start = out.len();
        self.step(to, &mut Parameters::new(out));
        let middle = out.len();
        let mut anew = Parameters::new(out);
        anew.push(0);
        Self::DEFAULT.step(to, &mut anew);
        keep_shorter(out, start, middle);
        out.push(b'm');
    }

    fn step(self, to: Self, parameters: &mut Parameters<'_>) {
        let gone = self.modifiers.difference(to.modifiers);
        let mut to_set = to.modifiers.difference(self.modifiers);
        let intensity = Modifier::BOLD.union(Modifier::DIM);
        let mut cleared = 0;
        for (modifier, _, clear) in MODIFIERS {
            if gone.contains(modifier) && cleared != clear {
                parameters.push(clear);
                cleared = clear;
            }
        }
        // Both are cleared by one parameter, and where a terminal holds only one of them the last
        // one counts: so both are said whenever one is.
        if gone.intersects(intensity) || to_set.intersects(intensity) {
            to_set.insert(to.modifiers.intersection(intensity));
        }
        for (modifier, set, _) in MODIFIERS {
            if to_set.contains(modifier) {
                parameters.push(set);
            }
        }
        if self.fg != to.fg {
            parameters.push_colour(to.fg, 30);
        }
        if self.bg != to.bg {
            parameters.push_colour(to.bg, 40);
        }
    }
}

/// SGR parameters, joined by `;`. A leading zero is written as nothing.
struct Parameters<'a> {
    out: &'a mut Vec<u8>,
    /// Where they begin.
    start: usize,
}

impl<'a> Parameters<'a> {
    fn new(out: &'a mut Vec<u8>) -> Self {
        Self { start: out.len(), out }
    }

    fn push(&mut self, number: u8) {
        let is_first = self.out.len() == self.start;
        if number == 0 && is_first {
            self.out.push(b';');
            return;
        }
        if !is_first && self.out.last() != Some(&b';') {
            self.out.push(b';');
        }
        push_number(u32::from(number), self.out);
    }

    /// A colour, as text (`base` 30) or background (`base` 40).
    fn push_colour(&mut self, colour: Color, base: u8) {
        match colour {
            Color::Reset => self.push(base + 9),
            Color::Rgb(red, green, blue) => {
                for number in [base + 8, 2, red, green, blue] {
                    self.push(number);
                }
            }
            Color::Indexed(index) => {
                for number in [base + 8, 5, index] {
                    self.push(number);
                }
            }
            named => {
                let index = index_of(named);
                self.push(if index < 8 { base + index } else { base + 60 + index - 8 });
            }
        }
    }
}

/// The 16 colours in the order of their numbers, with the values that xterm gives them.
const SIXTEEN: [(Color, [u8; 3]); 16] = [
    (Color::Black, [0, 0, 0]),
    (Color::Red, [205, 0, 0]),
    (Color::Green, [0, 205, 0]),
    (Color::Yellow, [205, 205, 0]),
    (Color::Blue, [0, 0, 238]),
    (Color::Magenta, [205, 0, 205]),
    (Color::Cyan, [0, 205, 205]),
    (Color::Gray, [229, 229, 229]),
    (Color::DarkGray, [127, 127, 127]),
    (Color::LightRed, [255, 0, 0]),
    (Color::LightGreen, [0, 255, 0]),
    (Color::LightYellow, [255, 255, 0]),
    (Color::LightBlue, [92, 92, 255]),
    (Color::LightMagenta, [255, 0, 255]),
    (Color::LightCyan, [0, 255, 255]),
    (Color::White, [255, 255, 255]),
];

fn index_of(named: Color) -> u8 {
    (0..).zip(SIXTEEN).find(|(_, (colour, _))| *colour == named).map_or(7, |(index, _)| index)
}

fn colour(wanted: Color, depth: ColourDepth) -> Color {
    match wanted {
        Color::Rgb(..) | Color::Indexed(_) => mixed(wanted, depth),
        named if depth != ColourDepth::None => named,
        _ => Color::Reset,
    }
}

/// A colour that has no name of its own, or one that is told by its number.
fn mixed(wanted: Color, depth: ColourDepth) -> Color {
    match (depth, wanted) {
        (ColourDepth::None, _) => Color::Reset,
        (_, Color::Indexed(index @ 0..=15)) => {
            SIXTEEN.get(usize::from(index)).map_or(Color::Reset, |(named, _)| *named)
        }
        (ColourDepth::Sixteen, Color::Rgb(red, green, blue)) => nearest([red, green, blue]),
        (ColourDepth::Sixteen, Color::Indexed(index)) => nearest(palette(index)),
        (ColourDepth::Sixteen | ColourDepth::Full, same) => same,
    }
}

/// The red, green and blue of a colour of the 256 above the first 16: a cube of six steps, then
/// 24 greys.
fn palette(index: u8) -> [u8; 3] {
    if index >= 232 {
        return [8 + 10 * (index - 232); 3];
    }
    let index = index.saturating_sub(16);
    [index / 36, index / 6 % 6, index % 6].map(|step| if step == 0 { 0 } else { 55 + 40 * step })
}

fn nearest(wanted: [u8; 3]) -> Color {
    let distance = |known: &[u8; 3]| -> u32 {
        known.iter().zip(wanted).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
    };
    SIXTEEN.iter().min_by_key(|(_, known)| distance(known)).map_or(Color::Reset, |(named, _)| *named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pen(fg: Color, bg: Color, modifiers: Modifier) -> Pen {
        Pen { fg, bg, modifiers }
    }

    fn change(from: Pen, to: Pen) -> String {
        let mut out = Vec::new();
        from.change(to, &mut out);
        String::from_utf8(out).unwrap().replace('\x1b', "")
    }

    #[test]
    fn the_sixteen_colours_are_written_by_their_own_numbers() {
        let none = Modifier::empty();
        assert_eq!(change(Pen::DEFAULT, pen(Color::Red, Color::Reset, none)), "[31m");
        assert_eq!(change(Pen::DEFAULT, pen(Color::Gray, Color::Reset, none)), "[37m");
        assert_eq!(change(Pen::DEFAULT, pen(Color::DarkGray, Color::LightBlue, none)), "[90;104m");
        assert_eq!(
            change(Pen::DEFAULT, pen(Color::Rgb(1, 2, 3), Color::Indexed(99), none)),
            "[38;2;1;2;3;48;5;99m"
        );
    }

    #[test]
    fn only_what_differs_is_said_unless_starting_anew_is_shorter() {
        let green = pen(Color::Green, Color::Reset, Modifier::REVERSED);
        assert_eq!(change(green, pen(Color::Reset, Color::Reset, Modifier::REVERSED)), "[39m");
        assert_eq!(change(green, pen(Color::Green, Color::Reset, Modifier::empty())), "[27m");
        let busy = pen(Color::Reset, Color::Red, Modifier::BOLD | Modifier::UNDERLINED | Modifier::REVERSED);
        assert_eq!(change(busy, pen(Color::Reset, Color::Reset, Modifier::ITALIC)), "[;3m");
        assert_eq!(change(busy, Pen::DEFAULT), "[m");
    }

    #[test]
    fn bold_and_dim_share_their_end() {
        let both = pen(Color::Red, Color::Blue, Modifier::BOLD | Modifier::DIM);
        assert_eq!(change(both, pen(Color::Red, Color::Blue, Modifier::DIM)), "[22;2m");
    }

    #[test]
    fn fewer_colours_are_the_nearest_ones_and_none_keeps_modifiers() {
        assert_eq!(colour(Color::Rgb(250, 10, 10), ColourDepth::Sixteen), Color::LightRed);
        assert_eq!(colour(Color::Indexed(196), ColourDepth::Sixteen), Color::LightRed);
        assert_eq!(colour(Color::Indexed(244), ColourDepth::Sixteen), Color::DarkGray);
        assert_eq!(colour(Color::Indexed(1), ColourDepth::Full), Color::Red);
        let mut cell = Cell::new("x");
        cell.fg = Color::Red;
        cell.modifier = Modifier::REVERSED | Modifier::BOLD;
        assert_eq!(
            Pen::of(&cell, ColourDepth::None, false),
            pen(Color::Reset, Color::Reset, Modifier::REVERSED | Modifier::BOLD)
        );
    }
}
