//! The screen: what was last shown, and one write for each change of it.

use std::io::{self, Write};

use super::canvas::Canvas;
use super::output::{ColourDepth, Encoder};
use super::tty::clamp_size;

/// Shows frames on a writer: nothing is written when nothing changed, otherwise exactly one
/// write for the whole frame.
#[derive(Debug)]
pub struct Screen<W> {
    writer: W,
    encoder: Encoder,
    shown: Option<Canvas>,
    width: u16,
    height: u16,
}

impl<W: Write> Screen<W> {
    /// A screen of `width` × `height` cells; the first frame paints all of it.
    pub fn new(writer: W, depth: ColourDepth, width: u16, height: u16) -> Self {
        let (width, height) = clamp_size(width, height).unwrap_or(super::tty::FALLBACK_SIZE);
        Self { writer, encoder: Encoder::new(depth), shown: None, width, height }
    }

    /// The same on a terminal that may not be able to shift rows by itself.
    pub fn without_scrolling(self) -> Self {
        Self { encoder: self.encoder.without_scrolling(), ..self }
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        (self.width, self.height)
    }

    /// Takes a new size, and paints all with the next frame. A width or height of 0, which
    /// terminals report while they are being built or taken down, is passed over.
    pub fn resize(&mut self, width: u16, height: u16) {
        if let Some((width, height)) = clamp_size(width, height) {
            (self.width, self.height) = (width, height);
            self.invalidate();
        }
    }

    /// Forgets what is shown, so that the next frame paints all: after a resize, a suspension, or
    /// when something else wrote to the terminal.
    pub fn invalidate(&mut self) {
        self.shown = None;
    }

    /// An empty frame of this screen's size.
    pub fn canvas(&self) -> Canvas {
        Canvas::new(self.width, self.height)
    }

    /// Shows `next`; how many bytes that took. After an error it is unknown what the terminal shows,
    /// and the next frame paints all.
    pub fn draw(&mut self, next: Canvas) -> io::Result<usize> {
        let previous = self.shown.take();
        let bytes = self.encoder.encode(previous.as_ref(), &next);
        if !bytes.is_empty() {
            self.writer.write_all(bytes)?;
            self.writer.flush()?;
        }
        let count = bytes.len();
        self.shown = Some(next);
        Ok(count)
    }

    /// Sends bytes that change nothing on the screen, such as a clipboard request, in one write.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.writer.write_all(bytes)?;
        self.writer.flush()
    }

    /// The writer.
    pub fn writer(&self) -> &W {
        &self.writer
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::*;

    #[derive(Default)]
    struct Counter {
        writes: Vec<Vec<u8>>,
        broken: bool,
    }

    impl Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.broken {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            self.writes.push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn draw(screen: &mut Screen<Counter>, text: &str) -> io::Result<usize> {
        let mut canvas = screen.canvas();
        canvas.render(text, Rect::new(0, 0, 80, 1));
        screen.draw(canvas)
    }

    #[test]
    fn a_frame_is_one_write_and_an_unchanged_one_none() {
        let mut screen = Screen::new(Counter::default(), ColourDepth::Sixteen, 80, 24);
        for text in ["one", "one", "two", "two"] {
            draw(&mut screen, text).unwrap();
        }
        assert_eq!(screen.writer().writes.len(), 2);
    }

    #[test]
    fn after_an_error_all_is_painted_again() {
        let mut screen = Screen::new(Counter::default(), ColourDepth::Sixteen, 80, 24);
        draw(&mut screen, "one").unwrap();
        screen.writer.broken = true;
        assert!(draw(&mut screen, "two").is_err());
        screen.writer.broken = false;
        draw(&mut screen, "two").unwrap();
        assert!(screen.writer().writes[1].windows(4).any(|bytes| bytes == b"\x1b[2J"));
    }

    #[test]
    fn sizes_are_kept_within_reason() {
        let mut screen = Screen::new(Counter::default(), ColourDepth::Sixteen, 0, 0);
        assert_eq!(screen.size(), (80, 24));
        screen.resize(0, 50);
        assert_eq!(screen.size(), (80, 24));
        screen.resize(u16::MAX, 50);
        assert_eq!(screen.size(), (1000, 50));
    }
}
