//! What still may be done with an invitation, a verification and a code: pure decisions.

use jiff::{SignedDuration, Timestamp};

use crate::api::users::InvitationState;
use crate::domain::status::UserStatus;
use crate::server::store::registration::{Invitation, Invitee};
use crate::server::store::verifications::Verification;

/// How long a code and its link work (DESIGN R11).
pub const CODE_LIFETIME: SignedDuration = SignedDuration::from_mins(15);
/// Wrong codes that a verification takes; the right one is refused after them too.
pub const MOST_TRIES: u32 = 5;
/// The least time between two codes for one user.
pub const CODE_INTERVAL: SignedDuration = SignedDuration::from_mins(1);
/// Codes for one user in [`CODE_DAY`]: with [`MOST_TRIES`] each, a guesser gets 100 of 10^6 a day.
pub const CODES_A_DAY: u32 = 20;
/// The time in which [`CODES_A_DAY`] are counted.
pub const CODE_DAY: SignedDuration = SignedDuration::from_hours(24);

/// Why a link leads nowhere any more. Each has its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// No such link: forged, cut off in the mail, or of another server.
    Unknown,
    /// Replaced by the link of a later mail.
    Replaced,
    /// Used to register; the address is not verified yet.
    AwaitsVerification,
    /// The user is active already.
    AlreadyActive,
    /// Withdrawn by an operator.
    Cancelled,
    /// Declined by the invitee.
    Declined,
    /// Past its lifetime (DESIGN R10).
    LinkExpired,
    /// The user's own expiry date has passed (DESIGN R7).
    AccessEnded,
}

/// Whether `invitation` of `invitee` can be accepted or declined with link `link_number`.
///
/// # Errors
/// Why it can't.
pub fn check_invitation(
    invitation: &Invitation,
    invitee: &Invitee,
    link_number: u32,
    now: Timestamp,
) -> Result<(), Closed> {
    let status = UserStatus::of(invitee.state, invitee.ends_at, now);
    match (invitation.state, status) {
        (InvitationState::Declined, _) => Err(Closed::Declined),
        (InvitationState::Cancelled, _) | (_, UserStatus::Cancelled | UserStatus::Deleted) => {
            Err(Closed::Cancelled)
        }
        (_, UserStatus::Expired) => Err(Closed::AccessEnded),
        (_, UserStatus::Active) => Err(Closed::AlreadyActive),
        (_, UserStatus::Pending) | (InvitationState::Used, _) => Err(Closed::AwaitsVerification),
        (InvitationState::Open, UserStatus::Invited) if invitation.link_number != link_number => {
            Err(Closed::Replaced)
        }
        (InvitationState::Open, UserStatus::Invited) if invitation.link_ends_at <= now => {
            Err(Closed::LinkExpired)
        }
        (InvitationState::Open, UserStatus::Invited) => Ok(()),
    }
}

/// Whether `invitee` is one whose address awaits verification.
///
/// # Errors
/// Why not.
pub fn check_pending(invitee: &Invitee, now: Timestamp) -> Result<(), Closed> {
    match UserStatus::of(invitee.state, invitee.ends_at, now) {
        UserStatus::Pending => Ok(()),
        UserStatus::Active => Err(Closed::AlreadyActive),
        UserStatus::Expired => Err(Closed::AccessEnded),
        UserStatus::Cancelled | UserStatus::Deleted => Err(Closed::Cancelled),
        UserStatus::Invited => Err(Closed::Replaced),
    }
}

/// Why a code is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeRefused {
    /// It is another one.
    Wrong {
        /// Tries that are left.
        left: u32,
    },
    /// Too many wrong ones were typed.
    TooManyTries,
    /// Past its lifetime.
    RunOut,
}

/// Whether a code for `verification` may be tried at `now`.
///
/// # Errors
/// Why not.
pub fn check_try(verification: &Verification, now: Timestamp) -> Result<(), CodeRefused> {
    if verification.ends_at <= now || verification.used {
        Err(CodeRefused::RunOut)
    } else if verification.attempts >= MOST_TRIES {
        Err(CodeRefused::TooManyTries)
    } else {
        Ok(())
    }
}

/// Whether another code may be sent: `last` was when the latest was made, `today` how many were in
/// the last [`CODE_DAY`].
///
/// # Errors
/// How long to wait.
pub fn check_resend(last: Option<Timestamp>, today: u32, now: Timestamp) -> Result<(), SignedDuration> {
    let wait = last.map_or(SignedDuration::ZERO, |last| CODE_INTERVAL - now.duration_since(last));
    if wait > SignedDuration::ZERO {
        return Err(wait);
    }
    if today >= CODES_A_DAY { Err(SignedDuration::from_hours(1)) } else { Ok(()) }
}

/// What a code is compared as: people type spaces into it.
pub fn typed_digits(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace() && *c != '-').take(16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::status::UserState;
    use uuid::Uuid;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn invitation(state: InvitationState) -> Invitation {
        Invitation {
            id: crate::domain::ids::InvitationId::new(Uuid::from_u128(1)),
            user: crate::domain::ids::UserId::new(Uuid::from_u128(2)),
            link_number: 2,
            state,
            link_ends_at: at(100),
            inviter: None,
        }
    }

    fn invitee(state: UserState, ends_at: Option<i64>) -> Invitee {
        Invitee {
            workspace: crate::domain::ids::WorkspaceId::new(Uuid::from_u128(3)),
            user: crate::domain::ids::UserId::new(Uuid::from_u128(2)),
            place: String::new(),
            customer: String::new(),
            time_zone: "UTC".to_owned(),
            email: String::new(),
            email_key: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            state,
            ends_at: ends_at.map(at),
            password_hash: None,
            account: None,
        }
    }

    #[test]
    fn r10_a_link_works_until_used_cancelled_or_past_its_lifetime() {
        let check = |state, user, link, now| {
            check_invitation(&invitation(state), &invitee(user, None), link, at(now))
        };
        let (open, used) = (InvitationState::Open, InvitationState::Used);
        assert_eq!(check(open, UserState::Invited, 2, 99), Ok(()));
        assert_eq!(check(open, UserState::Invited, 2, 100), Err(Closed::LinkExpired));
        assert_eq!(check(open, UserState::Invited, 1, 99), Err(Closed::Replaced));
        assert_eq!(check(used, UserState::Pending, 2, 99), Err(Closed::AwaitsVerification));
        assert_eq!(check(used, UserState::Active, 2, 99), Err(Closed::AlreadyActive));
        assert_eq!(check(used, UserState::Deleted, 2, 99), Err(Closed::Cancelled));
        assert_eq!(check(open, UserState::Cancelled, 2, 99), Err(Closed::Cancelled));
        assert_eq!(check(InvitationState::Cancelled, UserState::Cancelled, 2, 99), Err(Closed::Cancelled));
        assert_eq!(check(InvitationState::Declined, UserState::Cancelled, 2, 99), Err(Closed::Declined));
    }

    #[test]
    fn r7_the_link_stops_with_the_users_own_access() {
        let open = invitation(InvitationState::Open);
        assert_eq!(check_invitation(&open, &invitee(UserState::Invited, Some(50)), 2, at(49)), Ok(()));
        let ended = check_invitation(&open, &invitee(UserState::Invited, Some(50)), 2, at(50));
        assert_eq!(ended, Err(Closed::AccessEnded));
        assert_eq!(check_pending(&invitee(UserState::Pending, Some(50)), at(50)), Err(Closed::AccessEnded));
    }

    #[test]
    fn r11_a_code_has_fifteen_minutes_and_five_tries() {
        let verification = |attempts| Verification {
            id: crate::domain::ids::VerificationId::new(Uuid::from_u128(1)),
            user: crate::domain::ids::UserId::new(Uuid::from_u128(2)),
            attempts,
            used: false,
            created_at: at(0),
            ends_at: at(0) + CODE_LIFETIME,
        };
        assert_eq!(check_try(&verification(4), at(899)), Ok(()));
        assert_eq!(check_try(&verification(5), at(899)), Err(CodeRefused::TooManyTries));
        assert_eq!(check_try(&verification(0), at(900)), Err(CodeRefused::RunOut));
    }

    #[test]
    fn r11_codes_are_at_most_one_a_minute_and_twenty_a_day() {
        assert_eq!(check_resend(None, 0, at(0)), Ok(()));
        assert_eq!(check_resend(Some(at(0)), 1, at(45)), Err(SignedDuration::from_secs(15)));
        assert_eq!(check_resend(Some(at(0)), 1, at(60)), Ok(()));
        assert!(check_resend(Some(at(0)), CODES_A_DAY, at(60)).is_err());
    }

    #[test]
    fn spaces_in_a_code_do_not_matter() {
        assert_eq!(typed_digits(" 123 456\n"), "123456");
        assert_eq!(typed_digits("123-456"), "123456");
    }
}
