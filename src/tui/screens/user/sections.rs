//! The sections of the user page, as lines for a given number of cells.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::state::State;
use crate::api::enrolments::Enrolment;
use crate::api::users::{Delivery, InvitationInfo, InvitationState, User, UserDetail};
use crate::domain::enrolment::EnrolmentState;
use crate::domain::role::Role;
use crate::domain::status::UserStatus;
use crate::tui::context::Look;
use crate::tui::parts::{ago, text};
use crate::tui::screens::users::cells;

/// Cells of the labels.
const LABEL: usize = 11;
/// Cells of a progress bar.
const BAR: usize = 10;

/// Name, address and status, and what fits a user of that status.
pub fn head(state: &State, cells: usize, look: &Look<'_>) -> Vec<Line<'static>> {
    let theme = look.theme;
    let Some(detail) = state.detail.value() else { return missing(state, cells, look) };
    let user = &detail.user;
    let sign = theme.status_sign(user.status);
    let status = format!("{sign} {}", cells::status_words(user));
    let room = cells.saturating_sub(text::width(&status) + 2);
    let name = text::left(&cells::name(user), room, theme.signs.ellipsis);
    let mut lines = vec![
        Line::default(),
        Line::from(vec![
            Span::styled(format!("{name}  "), theme.strong()),
            Span::styled(status, theme.status(user.status)),
        ]),
        Line::raw(text::fit(user.email.as_str(), cells, theme.signs.ellipsis)),
    ];
    lines.extend(plain(&what_fits(detail, look), cells, theme.dim()));
    if let Some(error) = state.detail.error() {
        lines.extend(plain(&format!("could not be refreshed: {error}"), cells, theme.error()));
    }
    lines.push(Line::default());
    lines
}

fn missing(state: &State, cells: usize, look: &Look<'_>) -> Vec<Line<'static>> {
    let mut lines = vec![Line::default()];
    if let Some(error) = state.detail.error() {
        lines.push(Line::styled("The user could not be loaded", look.theme.strong()));
        lines.extend(plain(&error.to_string(), cells, look.theme.error()));
        lines.extend(plain(
            "admit keeps trying. Ctrl-R tries at once, Esc goes back.",
            cells,
            look.theme.text(),
        ));
    }
    lines
}

/// What fits a user of that status (DESIGN R5), so that nobody has to know the rules by heart.
fn what_fits(detail: &UserDetail, look: &Look<'_>) -> String {
    let user = &detail.user;
    match user.status {
        UserStatus::Active => "registered and may enter".to_owned(),
        UserStatus::Invited if user.link_expired => {
            "not registered yet, and the link has ended: the invitation needs to be resent".to_owned()
        }
        UserStatus::Invited => "not registered yet: y copies the link, to pass it on by hand".to_owned(),
        UserStatus::Pending => {
            "registered, the address not verified yet: the invitee has a mail with a code".to_owned()
        }
        UserStatus::Cancelled => {
            "the invitation was withdrawn or declined: resending it invites again".to_owned()
        }
        UserStatus::Expired => match user.expires_on {
            Some(day) => format!("access ended with {}: a later expiry date revives it", ago::day(day)),
            None => "access has ended: a later expiry date revives it".to_owned(),
        },
        UserStatus::Deleted => {
            format!("removed from {}, kept for the record: can be reactivated", look.place.workspace.name)
        }
    }
}

/// Roles, unit, groups, dates.
pub fn facts(state: &State, cells: usize, look: &Look<'_>) -> Vec<Line<'static>> {
    let Some(detail) = state.detail.value() else { return Vec::new() };
    let user: &User = &detail.user;
    let theme = look.theme;
    let zone = &look.place.zone;
    let none = || theme.signs.none.to_owned();
    let roles: Vec<&str> = user.roles.iter().map(Role::label).collect();
    let groups: Vec<&str> = user.groups.iter().map(|group| group.name.as_str()).collect();
    let path = |path: &str| cells::shortened(path, usize::MAX, theme);
    let unit = user.unit.as_ref().map_or_else(none, |unit| path(unit.path.as_str()));
    let mut lines = fact("Roles", &roles.join(", "), cells, look);
    lines.extend(fact("Unit", &unit, cells, look));
    for (at, unit) in user.units_managed.iter().enumerate() {
        lines.extend(fact(if at == 0 { "Manages" } else { "" }, &path(unit.path.as_str()), cells, look));
    }
    let groups = if groups.is_empty() { none() } else { groups.join(", ") };
    lines.extend(fact("Groups", &groups, cells, look));
    lines.extend(fact("Expires", &user.expires_on.map_or_else(none, ago::day), cells, look));
    if let Some(at) = user.last_active_at {
        let seen = format!("{}, {}", ago::day_of(at, zone), ago::ago(at, look.now));
        lines.extend(fact("Last seen", &seen, cells, look));
    }
    lines.push(Line::default());
    lines
}

/// The invitation, its link, and the mails with the mail server's words.
pub fn invitation(state: &State, cells: usize, look: &Look<'_>) -> Vec<Line<'static>> {
    let Some(detail) = state.detail.value() else { return Vec::new() };
    if detail.invitation.is_none() && detail.deliveries.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![Line::styled("Invitation", look.theme.strong())];
    if let Some(invitation) = &detail.invitation {
        lines.extend(sent(invitation, cells, look));
        lines.extend(link(state, invitation, cells, look));
    }
    if let Some(folder) = &look.place.mail_folder {
        lines.extend(fact("mail", &format!("goes to the folder {folder}"), cells, look));
    }
    for delivery in &detail.deliveries {
        lines.extend(mail(delivery, cells, look));
    }
    lines.push(Line::default());
    lines
}

fn sent(invitation: &InvitationInfo, cells: usize, look: &Look<'_>) -> Vec<Line<'static>> {
    let by = invitation.sent_by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    let day = ago::day_of(invitation.sent_at, &look.place.zone);
    let words = format!("{day}, {}{by}", ago::ago(invitation.sent_at, look.now));
    fact("sent", &words, cells, look)
}

fn link(state: &State, invitation: &InvitationInfo, cells: usize, look: &Look<'_>) -> Vec<Line<'static>> {
    let words = match invitation.state {
        InvitationState::Used => "was used".to_owned(),
        InvitationState::Cancelled => "was withdrawn".to_owned(),
        InvitationState::Declined => "was declined by the invitee".to_owned(),
        InvitationState::Open => {
            let day = ago::day_of(invitation.link_ends_at, &look.place.zone);
            let away = ago::ago(invitation.link_ends_at, look.now);
            if invitation.link_ends_at <= look.now {
                format!("ended {day}, {away}")
            } else {
                format!("until {day}, {away}; y copies it")
            }
        }
    };
    let mut lines = fact("link", &words, cells, look);
    if let Some(link) = state.link.value() {
        lines.extend(fact("", link.link.as_str(), cells, look));
    }
    lines
}

fn mail(delivery: &Delivery, cells: usize, look: &Look<'_>) -> Vec<Line<'static>> {
    let zone = &look.place.zone;
    let (state, style) = cells::delivery(delivery.state, look.theme);
    let head = vec![
        Span::styled(format!("  {}  ", ago::moment(delivery.at, look.now, zone)), look.theme.dim()),
        Span::styled(state, style),
        Span::styled(format!("  {} mail", delivery.kind), look.theme.dim()),
    ];
    let mut lines = vec![Line::from(head)];
    let tried = (delivery.attempts > 1).then(|| text::counted(delivery.attempts.into(), "try", "tries"));
    let next =
        delivery.next_try_at.map(|at| format!("next try {}", ago::moment(at, look.now, zone).trim_start()));
    let answer = delivery.answer.as_ref().map(|answer| format!("\"{answer}\""));
    let words: Vec<String> = [answer, tried, next].into_iter().flatten().collect();
    if !words.is_empty() {
        let indent = 4.min(cells);
        for line in text::wrap(&words.join(", "), cells - indent) {
            lines.push(Line::raw(format!("{}{line}", " ".repeat(indent))));
        }
    }
    lines
}

/// The enrolments, with bars and in words.
pub fn courses(state: &State, cells: usize, look: &Look<'_>) -> Vec<Line<'static>> {
    let theme = look.theme;
    let mut lines = Vec::new();
    if let Some(items) = state.enrolments.items() {
        let more = if state.enrolments.has_more() { "+" } else { "" };
        let title = format!("Courses ({}{more})", text::number(items.len() as u64));
        lines.push(Line::styled(title, theme.strong()));
        if items.is_empty() {
            lines.push(Line::styled("  none", theme.dim()));
        }
        let room = cells.saturating_sub(2 + 1 + 11 + 1 + BAR + 6);
        let widest = items.iter().map(|item| text::width(item.course.title.as_str())).max().unwrap_or(0);
        let title_cells = widest.min(room).max(10.min(cells));
        lines.extend(items.iter().map(|item| course(item, title_cells, look)));
    }
    if let (Some(error), Some(_)) = (state.enrolments.error(), state.detail.value()) {
        lines.extend(plain(&format!("the courses could not be loaded: {error}"), cells, theme.error()));
    }
    lines.push(Line::default());
    lines
}

fn course(enrolment: &Enrolment, title_cells: usize, look: &Look<'_>) -> Line<'static> {
    let theme = look.theme;
    let title = text::left(enrolment.course.title.as_str(), title_cells, theme.signs.ellipsis);
    let style = match enrolment.state {
        EnrolmentState::Completed => theme.done(),
        EnrolmentState::Planned | EnrolmentState::Withdrawn => theme.dim(),
        EnrolmentState::Enrolled | EnrolmentState::InProgress => theme.text(),
    };
    let mut spans = vec![
        Span::raw(format!("  {title} ")),
        Span::styled(text::left(enrolment.state.label(), 11, ""), style),
    ];
    let has_begun = matches!(enrolment.state, EnrolmentState::InProgress | EnrolmentState::Completed);
    if has_begun || enrolment.progress > 0 {
        let done = usize::from(enrolment.progress.min(100)) * BAR / 100;
        let [full, empty] = theme.signs.progress;
        spans.push(Span::styled(format!(" {}", full.repeat(done)), style));
        spans.push(Span::styled(empty.repeat(BAR - done), theme.dim()));
        spans.push(Span::raw(format!(" {:>3} %", enrolment.progress)));
    }
    Line::from(spans)
}

/// The record, the latest first.
pub fn record(state: &State, cells: usize, look: &Look<'_>) -> Vec<Line<'static>> {
    let theme = look.theme;
    let mut lines = Vec::new();
    if let Some(items) = state.audit.items() {
        lines.push(Line::styled("Record", theme.strong()));
        let indent = 16.min(cells);
        for entry in items {
            let when =
                text::left(&format!("  {}", ago::moment(entry.at, look.now, &look.place.zone)), indent, "");
            let words =
                format!("{} {} {}", entry.summary, theme.signs.dot, short(entry.actor.as_str(), look));
            for (at, line) in text::wrap(&words, cells - indent).into_iter().enumerate() {
                let when = if at == 0 { when.clone() } else { " ".repeat(indent) };
                lines.push(Line::from(vec![Span::styled(when, theme.dim()), Span::raw(line)]));
            }
        }
    }
    if let (Some(error), Some(_)) = (state.audit.error(), state.detail.value()) {
        lines.extend(plain(&format!("the record could not be loaded: {error}"), cells, theme.error()));
    }
    lines
}

/// An address without its domain, where that is the operator's own: `dana@`.
fn short<'a>(address: &'a str, look: &Look<'_>) -> &'a str {
    let own = look.place.operator.email.as_str().split_once('@').map(|(_, domain)| domain);
    match address.split_once('@') {
        Some((local, domain)) if Some(domain) == own => address.get(..=local.len()).unwrap_or(address),
        _ => address,
    }
}

fn fact(label: &str, words: &str, cells: usize, look: &Look<'_>) -> Vec<Line<'static>> {
    let indent = LABEL.min(cells);
    let lines = text::wrap(words, cells - indent).into_iter().enumerate();
    lines
        .map(|(at, line)| {
            let label = text::left(if at == 0 { label } else { "" }, indent, "");
            Line::from(vec![Span::styled(label, look.theme.dim()), Span::raw(line)])
        })
        .collect()
}

fn plain(words: &str, cells: usize, style: Style) -> Vec<Line<'static>> {
    text::wrap(words, cells).into_iter().map(|line| Line::styled(line, style)).collect()
}
