//! What can be done to a user in which status (DESIGN R5, R12, R16).

use std::fmt;

use super::status::UserStatus;

/// What can be done to a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UserAction {
    /// Sends the invitation, or the mail that verifies the address, again (DESIGN R12).
    Resend,
    /// Withdraws the invitation.
    Cancel,
    /// Cancels and invites another address, in one step.
    Replace,
    /// Copies the invitation's link.
    CopyLink,
    /// Changes roles, unit, units managed or groups (DESIGN R16).
    Edit,
    /// Sets or takes away the expiry date (DESIGN R7).
    SetExpiry,
    /// Enrols in courses, or plans to (DESIGN R8).
    Enrol,
    /// Ends enrolments (DESIGN R19).
    Withdraw,
    /// Removes the user, for whom the record is kept.
    Delete,
    /// Brings a deleted user back.
    Reactivate,
}

impl UserAction {
    /// Every action, in the order of the menu.
    pub const ALL: [Self; 10] = [
        Self::Resend,
        Self::Cancel,
        Self::Replace,
        Self::CopyLink,
        Self::Edit,
        Self::SetExpiry,
        Self::Enrol,
        Self::Withdraw,
        Self::Delete,
        Self::Reactivate,
    ];

    /// How it is called within a sentence: `can't resend: …`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Resend => "resend",
            Self::Cancel => "cancel",
            Self::Replace => "replace",
            Self::CopyLink => "copy the link",
            Self::Edit => "edit",
            Self::SetExpiry => "set the expiry date",
            Self::Enrol => "enrol",
            Self::Withdraw => "withdraw",
            Self::Delete => "delete",
            Self::Reactivate => "reactivate",
        }
    }

    /// Whether it can be done to a user who is `status`.
    ///
    /// # Errors
    /// [`WrongStatus`], which says what can be done instead.
    pub const fn check(self, status: UserStatus) -> Result<(), WrongStatus> {
        use UserStatus as S;
        let fits = match self {
            Self::Resend | Self::Replace => matches!(status, S::Invited | S::Pending | S::Cancelled),
            Self::Cancel => matches!(status, S::Invited | S::Pending),
            Self::CopyLink => matches!(status, S::Invited),
            Self::Edit => matches!(status, S::Active),
            Self::SetExpiry => matches!(status, S::Active | S::Expired),
            Self::Enrol | Self::Withdraw => matches!(status, S::Active | S::Invited | S::Pending),
            Self::Delete => !matches!(status, S::Deleted),
            Self::Reactivate => matches!(status, S::Deleted),
        };
        if fits { Ok(()) } else { Err(WrongStatus { action: self, status }) }
    }

    /// Whether it can be done to a user who is `status`.
    pub const fn fits(self, status: UserStatus) -> bool {
        self.check(status).is_ok()
    }
}

/// Why an action can't be done to a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongStatus {
    /// The action.
    pub action: UserAction,
    /// The user's status.
    pub status: UserStatus,
}

impl WrongStatus {
    /// What it is, for programs.
    pub const CODE: &'static str = "wrong_status";

    const fn advice(self) -> &'static str {
        match (self.action, self.status) {
            (_, UserStatus::Deleted) => "reactivate first",
            (UserAction::Reactivate, UserStatus::Cancelled) => "resend the invitation instead",
            (UserAction::Reactivate, UserStatus::Expired) => "set a later expiry date instead",
            (UserAction::Reactivate, _) => "there is nothing to reactivate",
            (UserAction::Edit, UserStatus::Invited | UserStatus::Pending) => {
                "only active users are edited; replace the invitation instead"
            }
            (UserAction::SetExpiry, UserStatus::Invited | UserStatus::Pending) => {
                "only active and expired users; replace the invitation instead"
            }
            (_, UserStatus::Expired) => "set a later expiry date first",
            (_, UserStatus::Cancelled) => "resend the invitation first",
            (UserAction::CopyLink, _) => "only an open invitation has a link",
            (_, UserStatus::Active) => "they have registered already",
            (_, UserStatus::Invited | UserStatus::Pending) => "wait until they are active",
        }
    }
}

impl std::error::Error for WrongStatus {}

impl fmt::Display for WrongStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the user is {}: {}", self.status, self.advice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// DESIGN R5, R12 and R16 as a table; a cell lists what fits.
    #[test]
    fn each_status_allows_what_the_rules_say() {
        use UserAction as A;
        let table = [
            (UserStatus::Active, vec![A::Edit, A::SetExpiry, A::Enrol, A::Withdraw, A::Delete]),
            (
                UserStatus::Invited,
                vec![A::Resend, A::Cancel, A::Replace, A::CopyLink, A::Enrol, A::Withdraw, A::Delete],
            ),
            (UserStatus::Pending, vec![A::Resend, A::Cancel, A::Replace, A::Enrol, A::Withdraw, A::Delete]),
            (UserStatus::Cancelled, vec![A::Resend, A::Replace, A::Delete]),
            (UserStatus::Expired, vec![A::SetExpiry, A::Delete]),
            (UserStatus::Deleted, vec![A::Reactivate]),
        ];
        for (status, fitting) in table {
            let found: Vec<_> = A::ALL.into_iter().filter(|action| action.fits(status)).collect();
            assert_eq!(found, fitting, "{status}");
        }
    }

    #[test]
    fn every_refusal_says_what_to_do() {
        for action in UserAction::ALL {
            for wrong in UserStatus::ALL.into_iter().filter_map(|status| action.check(status).err()) {
                assert!(wrong.to_string().len() > 30, "{wrong}");
            }
        }
    }
}
