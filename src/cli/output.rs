//! Writing results: tables for a terminal, tab-separated lines for a pipe, JSON. The only file that prints.

use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::exit::{Exit, Failure};

/// Blanks between the columns of a table.
const GAP: usize = 2;

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Aligned columns with a head, for people.
    Table,
    /// Values separated by tabs, no head, for programs.
    Lines,
    /// JSON, for programs.
    Json,
}

/// Where results and everything else go.
pub struct Output {
    format: Format,
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    widths: Vec<usize>,
    rows: u64,
}

impl Output {
    /// Standard output and standard error; a table only where standard output is a terminal.
    pub fn standard(json: bool) -> Self {
        let format = match (json, io::stdout().is_terminal()) {
            (true, _) => Format::Json,
            (false, true) => Format::Table,
            (false, false) => Format::Lines,
        };
        Self::new(format, Box::new(BufWriter::new(io::stdout())), Box::new(io::stderr()))
    }

    /// The writers `out` for results and `err` for everything else.
    pub fn new(format: Format, out: Box<dyn Write + Send>, err: Box<dyn Write + Send>) -> Self {
        Self { format, out, err, widths: Vec::new(), rows: 0 }
    }

    /// How results are written.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// A line of results.
    pub fn line(&mut self, text: &str) -> Result<(), Failure> {
        written(writeln!(self.out, "{text}"))
    }

    /// A result as JSON.
    pub fn json(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(value).map_err(Failure::failed)?;
        self.line(&text)
    }

    /// A line beside the results. That it can't be written is not told: there is nowhere to tell it.
    pub fn note(&mut self, text: &str) {
        drop(writeln!(self.err, "{text}"));
    }

    /// Text that a later one overwrites, on a terminal.
    pub fn progress(&mut self, text: &str) {
        drop(write!(self.err, "\r{text}").and_then(|()| self.err.flush()));
    }

    /// Begins a list whose table has `head`.
    pub fn begin(&mut self, head: &[&str]) -> Result<(), Failure> {
        self.widths = head.iter().map(|name| name.width()).collect();
        match self.format {
            Format::Table | Format::Lines => Ok(()),
            Format::Json => written(write!(self.out, "{{\"items\": [")),
        }
    }

    /// Some rows of the list. Columns are as wide as the widest value so far, so that nothing has
    /// to be kept until the end; `items` are what JSON shows of them.
    pub fn rows<T: Serialize>(
        &mut self,
        head: &[&str],
        items: &[T],
        cells: impl Fn(&T) -> Vec<String>,
    ) -> Result<(), Failure> {
        if self.format == Format::Json {
            return items.iter().try_for_each(|item| self.json_item(item));
        }
        let rows: Vec<Vec<String>> = items.iter().map(cells).collect();
        if self.format == Format::Lines {
            return rows.iter().try_for_each(|row| written(writeln!(self.out, "{}", row.join("\t"))));
        }
        for row in &rows {
            for (width, cell) in self.widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        if self.rows == 0 && !rows.is_empty() {
            let head: Vec<String> = head.iter().map(ToString::to_string).collect();
            self.aligned(&head)?;
        }
        self.rows += u64::try_from(rows.len()).unwrap_or(0);
        rows.iter().try_for_each(|row| self.aligned(row))
    }

    /// Ends the list.
    pub fn end(&mut self) -> Result<(), Failure> {
        match self.format {
            Format::Json => written(writeln!(self.out, "\n]}}")),
            Format::Table | Format::Lines => Ok(()),
        }?;
        self.flush()
    }

    /// Writes what waits.
    pub fn flush(&mut self) -> Result<(), Failure> {
        written(self.out.flush())
    }

    /// Says why a command failed: one line, or an object with `--json`. A closed pipe is no failure
    /// that anybody wants to read of.
    pub fn failure(&mut self, failure: &Failure) {
        if failure.exit == Exit::Done {
            return;
        }
        let text = match self.format {
            Format::Json => failure.to_json().to_string(),
            Format::Table | Format::Lines => format!("admit: {}", failure.message),
        };
        self.note(&text);
    }

    fn json_item(&mut self, item: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string(item).map_err(Failure::failed)?;
        let before = if self.rows == 0 { "\n" } else { ",\n" };
        self.rows += 1;
        written(write!(self.out, "{before}{text}"))
    }

    fn aligned(&mut self, row: &[String]) -> Result<(), Failure> {
        let mut line = String::new();
        for (width, cell) in self.widths.iter().zip(row) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width + GAP - cell.width().min(*width)));
        }
        written(writeln!(self.out, "{}", line.trim_end()))
    }
}

/// Who reads has gone: the command ends at once and quietly.
fn written(result: io::Result<()>) -> Result<(), Failure> {
    result.map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => Failure::new(Exit::Done, "nobody reads any more"),
        _ => Failure::failed(format!("the result can't be written: {error}")),
    })
}
