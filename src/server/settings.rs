//! What a workspace server is told when it starts.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

use jiff::SignedDuration;

use super::mail::{MailSettings, Sender};
use super::registration::PasswordCost;

/// What a workspace server is told when it starts.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where `/metrics` is, for whoever can reach that address; none: nowhere.
    pub metrics: Option<SocketAddr>,
    /// Where people reach the server, without a slash at the end; none: where it listens.
    pub public_url: Option<String>,
    /// How long an invitation's link works (DESIGN R10).
    pub link_lifetime: SignedDuration,
    /// Where mail goes.
    pub mail: MailSettings,
    /// Whom mail is from; none: `no-reply@` the public host.
    pub mail_from: Option<Sender>,
    /// How dear a guess of a password is made.
    pub password_cost: PasswordCost,
    /// Requests that one token may make.
    pub rate: Rate,
    /// The proxies that are believed when they say who sends a request.
    pub proxies: Vec<IpAddr>,
    /// So often a stream of events gives a sign of life.
    pub heartbeat: Duration,
}

/// How many requests are let through.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// In a second, on average.
    pub per_second: NonZeroU32,
    /// At once.
    pub burst: NonZeroU32,
}

impl Default for Rate {
    fn default() -> Self {
        let number = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        Self { per_second: number(100), burst: number(300) }
    }
}

/// Days that a link works unless told otherwise.
pub const LINK_LIFETIME: SignedDuration = SignedDuration::from_hours(14 * 24);

/// So often a stream of events gives a sign of life unless told otherwise: proxies close a line that
/// is silent for longer, and a listener who lost their token hears nothing after it.
pub const HEARTBEAT: Duration = Duration::from_secs(15);
