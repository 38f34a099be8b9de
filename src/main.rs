//! The binary `admit`: reads the command line and the surroundings, and tells how it ended.

use std::process::ExitCode;

use admit::cli::args::Cli;
use admit::cli::exit::{Exit, Failure};
use admit::cli::output::Output;
use admit::program::{self, environment::Environment};
use clap::Parser;
use clap::error::ErrorKind;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refused(&error),
    };
    let environment = Environment::read();
    let mut output = Output::standard(cli.global.json);
    match run(&cli, &environment, &mut output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output.failure(&failure);
            ExitCode::from(failure.exit as u8)
        }
    }
}

fn run(cli: &Cli, environment: &Environment, output: &mut Output) -> Result<(), Failure> {
    // Fails only where one is there already, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::failed(format!("no threads can be started: {error}")))?;
    runtime.block_on(program::run(cli, environment, output))
}

/// Shows the help that was asked for, or what is wrong with the command line: one line, or an object
/// with `--json`.
fn refused(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // Nobody reading is no failure.
        drop(error.print());
        return ExitCode::SUCCESS;
    }
    let json = std::env::args_os().any(|argument| argument == "--json");
    let text = error.render().to_string();
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let told = lines.split(|line| line.starts_with("Usage:")).next().unwrap_or_default().join(" ");
    let told = told.strip_prefix("error: ").unwrap_or(&told).replace(" tip: ", "; ");
    Output::standard(json).failure(&Failure::usage(format!("{told}; see admit --help")));
    ExitCode::from(Exit::Usage as u8)
}
