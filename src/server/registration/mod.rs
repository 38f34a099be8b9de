//! Registration: what an invitee may do with a link or a code, from invitation to active user.
//!
//! No web framework is seen here; `pages` shows what these operations answer. Each loads, decides
//! (`decide`), writes and commits. What takes long (passwords) is done before the transaction, which
//! then decides again.

mod accept;
mod decide;
mod decline;
mod passwords;
mod record;
mod resend_code;
mod scene;
mod verify;

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;

use jiff::SignedDuration;
use tokio::sync::Notify;

use crate::domain::clock::Clock;
use crate::domain::entropy::Entropy;
use crate::server::limits::Tries;
use crate::server::secret::ServerSecret;
use crate::server::store::{Store, StoreError};

pub use accept::{Acceptance, WrongPassword};
pub use decide::{CODE_LIFETIME, Closed, CodeRefused};
pub use passwords::{PasswordCost, PasswordError, Passwords};
pub use resend_code::TooSoon;
pub use scene::{CodeView, Done, InvitationView, Scene, day};
pub use verify::WrongCode;

/// Wrong passwords taken for an account, from wherever.
const SIGN_INS_OF: Tries = Tries::new("sign-ins of", at_most(10), SIGN_IN_WINDOW);
/// Wrong passwords taken from one place, for whichever account.
const SIGN_INS_FROM: Tries = Tries::new("sign-ins from", at_most(50), SIGN_IN_WINDOW);
const SIGN_IN_WINDOW: SignedDuration = SignedDuration::from_mins(15);

const fn at_most(tries: u32) -> NonZeroU32 {
    match NonZeroU32::new(tries) {
        Some(tries) => tries,
        None => NonZeroU32::MIN,
    }
}

/// Why the server itself could not do it. It is for the log, never for a page.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A password could not be hashed or checked.
    #[error(transparent)]
    Password(#[from] PasswordError),
}

/// Why an operation did nothing. `E` is what else can be wrong with this one.
#[derive(Debug)]
pub enum Refused<E> {
    /// The link leads nowhere any more. The scene is known unless the link is.
    Closed(Closed, Option<Box<Scene>>),
    /// What was typed is wrong.
    Wrong(Box<E>),
    /// The server failed.
    Trouble(Trouble),
}

impl<E> From<StoreError> for Refused<E> {
    fn from(error: StoreError) -> Self {
        Self::Trouble(error.into())
    }
}

impl<E> From<PasswordError> for Refused<E> {
    fn from(error: PasswordError) -> Self {
        Self::Trouble(error.into())
    }
}

/// For operations that nothing typed can make wrong.
#[derive(Debug)]
pub enum Nothing {}

/// Where a request came from, for the record.
#[derive(Clone, Copy, Debug, Default)]
pub struct Visitor {
    /// The address of the other end, where known.
    pub address: Option<IpAddr>,
}

impl Visitor {
    /// What the record says: `page` and the address.
    pub fn origin(&self) -> String {
        self.address.map_or_else(|| "page".to_owned(), |address| format!("page {address}"))
    }

    /// The network that tries are counted by: one who has any IPv6 address has the other 2^64 of its network too
    /// (RFC 6177 section 2).
    fn place(&self) -> String {
        match self.address {
            Some(IpAddr::V4(address)) => address.to_string(),
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            None => String::new(),
        }
    }
}

/// What the registrar works with.
pub struct Tools {
    /// The store.
    pub store: Store,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Chance, for ids and salts.
    pub entropy: Arc<dyn Entropy>,
    /// What links and codes are derived from.
    pub secret: Arc<ServerSecret>,
    /// Told when a letter was put into the outbox.
    pub letters: Arc<Notify>,
    /// How dear a guess of a password is made.
    pub password_cost: PasswordCost,
}

/// Registers invitees.
pub struct Registrar {
    tools: Tools,
    passwords: Passwords,
}

impl Registrar {
    /// A registrar with `tools`.
    pub fn new(tools: Tools) -> Self {
        Self { passwords: Passwords::new(tools.password_cost), tools }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_the_same_network_is_no_new_place_to_guess_from() {
        let place = |address: &str| Visitor { address: address.parse().ok() }.place();
        assert_eq!(place("2001:db8:1:2::7"), place("2001:db8:1:2:ffff:1:2:3"));
        assert_ne!(place("2001:db8:1:2::7"), place("2001:db8:1:3::7"));
        assert_ne!(place("192.0.2.1"), place("192.0.2.2"));
    }
}
