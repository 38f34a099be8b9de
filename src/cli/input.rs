//! Reading what a command is given: files, pipes and standard input.

use std::io::{self, Read};

use tokio::sync::oneshot;

/// All of the file called `name`, `-` for standard input. A thread of its own reads it, so that an
/// interruption ends it at once: a pipe may never end, under whatever name.
pub(super) async fn read(name: &str) -> io::Result<Vec<u8>> {
    let (read, bytes) = oneshot::channel();
    let name = name.to_owned();
    std::thread::spawn(move || {
        let done = if name == "-" {
            let mut bytes = Vec::new();
            io::stdin().read_to_end(&mut bytes).map(|_| bytes)
        } else {
            std::fs::read(name)
        };
        // Nobody waits for it after an interruption.
        drop(read.send(done));
    });
    bytes.await.unwrap_or_else(|_| Err(io::ErrorKind::UnexpectedEof.into()))
}
