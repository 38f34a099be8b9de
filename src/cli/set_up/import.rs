//! Importing a CSV file: a line each, what is there is skipped, what fails is told, the rest goes on.

use serde::Serialize;

use crate::api::problem::ProblemCode;
use crate::cli::exit::{Exit, Failure};
use crate::cli::input;
use crate::cli::output::Output;
use crate::client::ClientError;
use crate::domain::safe_text::SafeText;

const HEAD: &[&str] = &["LINE", "NAME", "RESULT", "DETAIL"];

/// What became of a line.
pub enum Imported {
    /// It was made; how, where that is worth saying.
    Made(String),
    /// It is there already.
    There,
    /// It was not made, and why.
    Failed(String),
    /// The server can't be worked with: the lines that follow would fare no better.
    Broken(Failure),
}

/// What became of a line; what ends it early stands on the right.
pub type Outcome = Result<Imported, Imported>;

impl Imported {
    /// Made, with nothing to say.
    pub const fn made() -> Self {
        Self::Made(String::new())
    }

    /// Not made, and why.
    pub fn failed(why: &str) -> Outcome {
        Err(Self::Failed(why.to_owned()))
    }
}

impl From<ClientError> for Imported {
    fn from(error: ClientError) -> Self {
        let is_of_the_line = matches!(&error, ClientError::Refused(problem)
            if !matches!(problem.code, ProblemCode::NotSignedIn | ProblemCode::NotAllowed | ProblemCode::Unavailable));
        let failure = Failure::from(error);
        if is_of_the_line { Self::Failed(failure.message.into_string()) } else { Self::Broken(failure) }
    }
}

/// A CSV file whose first line names the columns.
pub struct Sheet {
    columns: Vec<String>,
    lines: Vec<(u64, Result<Vec<String>, String>)>,
}

/// A line of it.
pub struct Row<'a> {
    sheet: &'a Sheet,
    values: &'a [String],
}

impl<'a> Row<'a> {
    /// The value in `column`; empty where there is none.
    pub fn get(&self, column: &str) -> &'a str {
        let place = self.sheet.columns.iter().position(|name| name == column);
        place.and_then(|place| self.values.get(place)).map_or("", String::as_str)
    }
}

impl Sheet {
    /// Reads the file called `name`, `-` for standard input, which must have the columns `required`.
    pub async fn read(name: &str, required: &[&str]) -> Result<Self, Failure> {
        let bytes = input::read(name).await;
        let bytes = bytes.map_err(|error| Failure::usage(format!("{name} can't be read: {error}")))?;
        Self::parse(&bytes, required)
    }

    fn parse(bytes: &[u8], required: &[&str]) -> Result<Self, Failure> {
        // A byte order mark, as spreadsheets write it, is no part of the first column's name.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
        let heads = reader.headers().map_err(|error| Failure::usage(format!("the first line: {error}")))?;
        let columns: Vec<String> = heads.iter().map(str::to_lowercase).collect();
        if let Some(missing) = required.iter().find(|name| !columns.iter().any(|column| column == *name)) {
            let told = format!("there is no column {missing}; the first line names the columns");
            return Err(Failure::usage(told));
        }
        let mut lines = Vec::new();
        let mut record = csv::StringRecord::new();
        let mut counter = LineCounter { bytes, at: 0, line: 1 };
        loop {
            match reader.read_record(&mut record) {
                Ok(false) => return Ok(Self { columns, lines }),
                Ok(true) => {
                    let line = counter.line_at(record.position());
                    lines.push((line, Ok(record.iter().map(str::to_owned).collect())));
                }
                Err(error) => {
                    let line = counter.line_at(error.position());
                    lines.push((line, Err("the line is no UTF-8 text".to_owned())));
                }
            }
        }
    }
}

/// Counts lines as editors do. The reader's own count is one behind where lines end with CR LF.
struct LineCounter<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl LineCounter<'_> {
    /// The line of the record that begins at `position`, or after the line ends there.
    fn line_at(&mut self, position: Option<&csv::Position>) -> u64 {
        let start = position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(self.at);
        while let Some(byte) = self.bytes.get(self.at) {
            if self.at >= start && !matches!(byte, b'\r' | b'\n') {
                break;
            }
            self.line += u64::from(*byte == b'\n');
            self.at += 1;
        }
        self.line
    }
}

/// What is told of a line.
#[derive(Debug, Serialize)]
struct Told {
    line: u64,
    name: SafeText,
    result: &'static str,
    detail: SafeText,
}

/// Has `add` make what each line of `sheet` says, and tells what became of it; `column` names it.
///
/// # Errors
/// [`Exit::SomeFailed`] when some lines failed.
pub async fn import(
    sheet: &Sheet,
    (dry_run, column): (bool, &str),
    output: &mut Output,
    mut add: impl AsyncFnMut(Row<'_>) -> Outcome,
) -> Result<(), Failure> {
    let (mut made, mut there, mut failed) = (0_u64, 0_u64, 0_u64);
    output.begin(HEAD)?;
    for (line, values) in &sheet.lines {
        let values = values.as_ref().map_err(Clone::clone);
        let name = values.as_ref().map_or("", |values| Row { sheet, values }.get(column)).into();
        let outcome = match values {
            Ok(values) => add(Row { sheet, values }).await.unwrap_or_else(|early| early),
            Err(why) => Imported::Failed(why),
        };
        let (count, result, detail) = match outcome {
            Imported::Made(detail) if dry_run => (&mut made, "would be made", detail),
            Imported::Made(detail) => (&mut made, "made", detail),
            Imported::There => (&mut there, "there already", String::new()),
            Imported::Failed(why) => (&mut failed, "failed", why),
            Imported::Broken(failure) => {
                output.end()?;
                let message = format!("line {line}: {}; what comes before it is done", failure.message);
                return Err(Failure { message: message.into(), ..failure });
            }
        };
        *count += 1;
        let told = Told { line: *line, name, result, detail: detail.into() };
        output.rows(HEAD, &[told], |told| {
            vec![
                told.line.to_string(),
                told.name.to_string(),
                told.result.to_owned(),
                told.detail.to_string(),
            ]
        })?;
    }
    output.end()?;
    let verb = if dry_run { "would be made" } else { "made" };
    output.note(&format!("{made} {verb}, {there} there already, {failed} failed"));
    if failed == 0 {
        return Ok(());
    }
    let lines = made + there + failed;
    Err(Failure::new(Exit::SomeFailed, format!("{failed} of {lines} lines failed")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_name_and_lines_by_number() {
        let sheet =
            Sheet::parse("\u{feff}Subject, TITLE\nSafety,\"Fire,\n safety\"\nx\n".as_bytes(), &["title"]);
        let sheet = sheet.unwrap();
        let rows: Vec<(u64, String)> = sheet
            .lines
            .iter()
            .map(|(line, values)| {
                let row = Row { sheet: &sheet, values: values.as_ref().unwrap() };
                (*line, row.get("title").to_owned())
            })
            .collect();
        assert_eq!(rows, [(2, "Fire,\n safety".to_owned()), (4, String::new())]);
        let sheet = Sheet::parse(b"name\r\na\r\n\r\nb\r\n", &["name"]).unwrap();
        let lines: Vec<u64> = sheet.lines.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 4], "as an editor counts");
    }

    #[test]
    fn a_file_without_the_column_is_refused_and_a_line_that_is_no_text_is_named() {
        let told = Sheet::parse(b"name\nx\n", &["path"]).err().unwrap();
        assert_eq!(told.message.as_str(), "there is no column path; the first line names the columns");
        let sheet = Sheet::parse(b"path\nA\n\xff\xfe\nB\n", &["path"]).unwrap();
        let good: Vec<(u64, bool)> =
            sheet.lines.iter().map(|(line, values)| (*line, values.is_ok())).collect();
        assert_eq!(good, [(2, true), (3, false), (4, true)]);
    }
}
