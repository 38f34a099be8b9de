//! Asking before something is done that can't be taken back.

use tokio::sync::oneshot;

use super::exit::Failure;
use super::output::Output;
use crate::domain::search_key::fold;

/// How questions are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// With yes (`--yes`).
    Given,
    /// By the operator, at the terminal.
    Asked,
    /// Not at all (`--no-input`, or nobody is there).
    Missing,
}

impl Consent {
    /// Goes on only with a yes to doing `what`, which takes along `consequences`.
    pub async fn to(self, what: &str, consequences: &[String], output: &mut Output) -> Result<(), Failure> {
        match self {
            Self::Given => Ok(()),
            Self::Missing => {
                let told: Vec<&str> =
                    [what].into_iter().chain(consequences.iter().map(String::as_str)).collect();
                Err(Failure::usage(format!("{}; add --yes to do it", told.join(", "))))
            }
            Self::Asked => {
                for line in consequences {
                    output.note(&format!("  {line}"));
                }
                output.progress(&format!("{what}? [y/N] "));
                let answer = line_of_input().await.unwrap_or_default();
                let is_yes = matches!(answer.trim().to_lowercase().as_str(), "y" | "yes");
                if is_yes { Ok(()) } else { Err(Failure::failed("nothing was changed")) }
            }
        }
    }

    /// Goes on only when `wanted` is typed for doing `what`: a yes is said too easily.
    pub async fn typed(
        self,
        what: &str,
        wanted: &str,
        consequences: &[String],
        output: &mut Output,
    ) -> Result<(), Failure> {
        if self != Self::Asked {
            return self.to(what, consequences, output).await;
        }
        for line in consequences {
            output.note(&format!("  {line}"));
        }
        output.progress(&format!("{what}? Type {wanted} to do it: "));
        let answer = line_of_input().await.unwrap_or_default();
        // However the terminal composes its letters; of a name of none, nothing is left to compare.
        if !answer.trim().is_empty() && fold(&answer) == fold(wanted) {
            Ok(())
        } else {
            Err(Failure::failed("nothing was changed"))
        }
    }
}

/// A line of standard input. A thread of its own waits for it: the runtime would not end before its
/// own threads do, and an interrupted question is to end at once.
async fn line_of_input() -> Option<String> {
    let (answer, answered) = oneshot::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        if std::io::stdin().read_line(&mut line).is_ok() {
            // Nobody waits for it after an interruption.
            drop(answer.send(line));
        }
    });
    answered.await.ok()
}
