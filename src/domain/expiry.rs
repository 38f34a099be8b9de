//! The expiry date (DESIGN R7): how it is read, echoed, and when it ends.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

/// Why a text is not taken as an expiry date, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpiryError {
    /// No way to read it.
    #[error("write a date such as 2027-03-31, 31.3.27, +90d, 3 months or eoy")]
    Unreadable,
    /// The day does not exist.
    #[error("there is no such day; check day and month")]
    NoSuchDay,
    /// Day and month could be either.
    #[error("{} or {}? write it as {}", brief(*.day_first), brief(*.month_first), .day_first)]
    Ambiguous {
        /// Read as day/month.
        day_first: Date,
        /// Read as month/day.
        month_first: Date,
    },
    /// Today or earlier.
    #[error("choose a day after today; {} is not", brief(*.0))]
    NotAfterToday(Date),
    /// Further away than is sensible.
    #[error("choose a day within the next hundred years")]
    TooFar,
}

impl ExpiryError {
    /// The name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable_date",
            Self::NoSuchDay => "no_such_day",
            Self::Ambiguous { .. } => "ambiguous_date",
            Self::NotAfterToday(_) => "not_after_today",
            Self::TooFar => "too_far",
        }
    }
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Reads what was typed as an expiry date, seen from `today`. Empty and `never` are no date.
pub fn read_expiry(text: &str, today: Date) -> Result<Option<Date>, ExpiryError> {
    if matches!(text.trim().to_lowercase().as_str(), "" | "never" | "none" | "-") {
        return Ok(None);
    }
    check_expiry(read_day(text, today)?, today).map(Some)
}

/// Reads what was typed as a day, past or to come, seen from `today`.
pub fn read_day(text: &str, today: Date) -> Result<Date, ExpiryError> {
    let text = text.trim().to_lowercase();
    if text == "today" {
        return Ok(today);
    }
    read_relative(&text, today).unwrap_or_else(|| read_absolute(&text))
}

/// Whether `date` may be an expiry date: after today, and not further than a hundred years.
pub fn check_expiry(date: Date, today: Date) -> Result<Date, ExpiryError> {
    if date <= today {
        Err(ExpiryError::NotAfterToday(date))
    } else if date.year() > today.year().saturating_add(100) {
        Err(ExpiryError::TooFar)
    } else {
        Ok(date)
    }
}

/// `+90d`, `3 months`, `eoy`, `tomorrow`.
fn read_relative(text: &str, today: Date) -> Option<Result<Date, ExpiryError>> {
    let ended = |date: Result<Date, jiff::Error>| Some(date.map_err(|_| ExpiryError::TooFar));
    match text {
        "tomorrow" => return ended(today.tomorrow()),
        "eom" | "end of month" => return Some(Ok(today.last_of_month())),
        "eoy" | "end of year" => return Some(Ok(today.last_of_year())),
        "eoq" | "end of quarter" => {
            let last_month = (today.month() - 1) / 3 * 3 + 3;
            return ended(Date::new(today.year(), last_month, 1).map(Date::last_of_month));
        }
        _ => {}
    }
    let text = text.strip_prefix('+').or_else(|| text.strip_prefix("in ")).unwrap_or(text).trim();
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let (count, unit) = text.split_at_checked(digits)?;
    if count.is_empty() {
        return None;
    }
    let span = |make: fn(i64) -> Span, most: i64| {
        let count = count.parse().ok().filter(|count| *count <= most);
        Some(count.map(make).ok_or(ExpiryError::TooFar))
    };
    let span = match unit.trim() {
        "d" | "day" | "days" => span(ToSpan::days, 40_000),
        "w" | "week" | "weeks" => span(ToSpan::weeks, 6_000),
        "m" | "month" | "months" => span(ToSpan::months, 1_300),
        "y" | "year" | "years" => span(ToSpan::years, 110),
        _ => None,
    }?;
    Some(span.and_then(|span| today.checked_add(span).map_err(|_| ExpiryError::TooFar)))
}

/// `2027-03-31`, `31.3.27`, `31/12/2027`, `31 Mar 2027`, `Mar 31, 2027`.
fn read_absolute(text: &str) -> Result<Date, ExpiryError> {
    let words: Vec<&str> = text.split(['.', '/', '-', ' ', ',']).filter(|word| !word.is_empty()).collect();
    let [a, b, c] = words.as_slice() else { return Err(ExpiryError::Unreadable) };
    if let Some(month) = month_named(b) {
        return day(number(c)?, month, number(a)?);
    }
    if let Some(month) = month_named(a) {
        return day(number(c)?, month, number(b)?);
    }
    if a.len() == 4 {
        return day(number(a)?, number(b)?, number(c)?);
    }
    if text.contains('-') && c.len() < 4 {
        // `27-03-31` may be meant year first, and would be four years off.
        return Err(ExpiryError::Unreadable);
    }
    let (first, second, year) = (number(a)?, number(b)?, number(c)?);
    if text.contains('.') || first > 12 {
        return day(year, second, first);
    }
    if second > 12 {
        return day(year, first, second);
    }
    let (day_first, month_first) = (day(year, second, first)?, day(year, first, second)?);
    if day_first == month_first {
        Ok(day_first)
    } else {
        Err(ExpiryError::Ambiguous { day_first, month_first })
    }
}

fn number(word: &str) -> Result<i16, ExpiryError> {
    let plain = word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    word.parse().ok().filter(|_| plain).ok_or(ExpiryError::Unreadable)
}

fn month_named(word: &str) -> Option<i16> {
    let starts =
        |name: &&str| word.len() >= 3 && word.is_char_boundary(3) && word.starts_with(&name.to_lowercase());
    let place = MONTHS.iter().position(starts)?;
    i16::try_from(place + 1).ok()
}

/// A year of two digits is of this century.
fn day(year: i16, month: i16, day: i16) -> Result<Date, ExpiryError> {
    let year = if year < 100 { year + 2000 } else { year };
    let narrow = |value: i16| i8::try_from(value).map_err(|_| ExpiryError::NoSuchDay);
    Date::new(year, narrow(month)?, narrow(day)?).map_err(|_| ExpiryError::NoSuchDay)
}

/// `31 Mar 2027`.
pub fn brief(date: Date) -> String {
    let month = usize::try_from(date.month() - 1).ok().and_then(|at| MONTHS.get(at)).unwrap_or(&"?");
    format!("{} {month} {}", date.day(), date.year())
}

/// What is shown beside the field: `Wed 31 Mar 2027 (in 128 days)`.
pub fn echo(date: Date, today: Date) -> String {
    let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).ok();
    let weekday = weekday.and_then(|at| WEEKDAYS.get(at)).unwrap_or(&"?");
    let days = (date - today).get_days();
    let away = match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        2.. => format!("in {days} days"),
        _ => format!("{} days ago", -days),
    };
    format!("{weekday} {} ({away})", brief(date))
}

/// Today in `zone`.
pub fn today_in(now: Timestamp, zone: &TimeZone) -> Date {
    now.to_zoned_datetime(zone.clone()).date()
}

/// The instant at which `date` ends in `zone`: the first of the next day, whatever the clocks do
/// that night. Access ends then (DESIGN R7).
pub fn ends_at(date: Date, zone: &TimeZone) -> Timestamp {
    date.tomorrow()
        .and_then(|next| next.to_zoned_datetime(zone.clone()))
        .and_then(|next| next.start_of_day())
        .map_or(Timestamp::MAX, |start| start.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const TODAY: Date = date(2026, 11, 23);

    #[test]
    fn r7_the_ways_to_write_a_date() {
        for (text, wanted) in [
            ("2027-03-31", date(2027, 3, 31)),
            ("31.3.27", date(2027, 3, 31)),
            ("3.4.2027", date(2027, 4, 3)),
            ("31/12/2027", date(2027, 12, 31)),
            ("31-12-2027", date(2027, 12, 31)),
            ("31-Dec-27", date(2027, 12, 31)),
            ("12/31/2027", date(2027, 12, 31)),
            ("4/4/27", date(2027, 4, 4)),
            ("31 Mar 2027", date(2027, 3, 31)),
            ("march 31, 2027", date(2027, 3, 31)),
            ("+90d", date(2027, 2, 21)),
            ("90 days", date(2027, 2, 21)),
            ("3 months", date(2027, 2, 23)),
            ("+2w", date(2026, 12, 7)),
            ("in 1 year", date(2027, 11, 23)),
            ("eoy", date(2026, 12, 31)),
            ("EOM", date(2026, 11, 30)),
            ("eoq", date(2026, 12, 31)),
            ("tomorrow", date(2026, 11, 24)),
        ] {
            assert_eq!(read_expiry(text, TODAY), Ok(Some(wanted)), "{text}");
        }
        assert_eq!(read_expiry("  ", TODAY), Ok(None));
        assert_eq!(read_expiry("never", TODAY), Ok(None));
    }

    #[test]
    fn r7_both_readings_of_an_ambiguous_date_are_told() {
        let error = read_expiry("3/4/27", TODAY).unwrap_err();
        assert_eq!(error.to_string(), "3 Apr 2027 or 4 Mar 2027? write it as 2027-04-03");
    }

    #[test]
    fn r7_what_is_refused() {
        for (text, why) in [
            ("soon", ExpiryError::Unreadable),
            ("today", ExpiryError::NotAfterToday(TODAY)),
            ("1.2", ExpiryError::Unreadable),
            ("27-03-31", ExpiryError::Unreadable),
            ("31.2.27", ExpiryError::NoSuchDay),
            ("2027-13-01", ExpiryError::NoSuchDay),
            ("2026-11-23", ExpiryError::NotAfterToday(TODAY)),
            ("+0d", ExpiryError::NotAfterToday(TODAY)),
            ("1.1.20", ExpiryError::NotAfterToday(date(2020, 1, 1))),
            ("+99999999999d", ExpiryError::TooFar),
            ("9999-01-01", ExpiryError::TooFar),
        ] {
            assert_eq!(read_expiry(text, TODAY), Err(why), "{text}");
        }
    }

    #[test]
    fn a_day_that_is_only_looked_for_may_be_past() {
        for (text, day) in [("2026-11-23", TODAY), ("today", TODAY), ("1.1.20", date(2020, 1, 1))] {
            assert_eq!(read_day(text, TODAY), Ok(day), "{text}");
        }
        assert_eq!(read_day("never", TODAY), Err(ExpiryError::Unreadable));
    }

    #[test]
    fn the_echo_names_weekday_and_distance() {
        assert_eq!(echo(date(2027, 3, 31), TODAY), "Wed 31 Mar 2027 (in 128 days)");
        assert_eq!(echo(date(2026, 11, 24), TODAY), "Tue 24 Nov 2026 (tomorrow)");
        assert_eq!(echo(date(2026, 11, 20), TODAY), "Fri 20 Nov 2026 (3 days ago)");
    }

    #[test]
    fn r7_access_ends_when_the_day_ends_in_the_workspace() {
        let london = TimeZone::get("Europe/London").unwrap();
        let ends = |day| ends_at(day, &london).to_string();
        assert_eq!(ends(date(2027, 1, 31)), "2027-02-01T00:00:00Z");
        assert_eq!(ends(date(2027, 6, 30)), "2027-06-30T23:00:00Z");
        // The clocks go forward at midnight there: the day after begins at one.
        let beirut = TimeZone::get("Asia/Beirut").unwrap();
        assert_eq!(ends_at(date(2027, 3, 27), &beirut).to_string(), "2027-03-27T22:00:00Z");
    }

    proptest! {
        #[test]
        fn r7_access_ends_with_the_last_instant_of_the_day(
            days in 0_i32..4_000, zone in prop::sample::select(vec![
                "UTC", "Asia/Beirut", "America/Santiago", "Africa/Cairo", "Pacific/Kiritimati", "Asia/Kolkata",
            ])
        ) {
            let zone = TimeZone::get(zone).unwrap();
            let day = TODAY.checked_add(days.days()).unwrap();
            let end = ends_at(day, &zone);
            let just_before = end.checked_sub(1.nanosecond()).unwrap();
            prop_assert_eq!(today_in(just_before, &zone), day);
            prop_assert_eq!(today_in(end, &zone), day.tomorrow().unwrap());
        }

        #[test]
        fn no_text_makes_it_fail_otherwise(text in ".{0,40}|[0-9+./ -]{0,12}[a-z]{0,7}") {
            if let Ok(Some(date)) = read_expiry(&text, TODAY) {
                prop_assert!(date > TODAY);
                prop_assert_eq!(read_expiry(&date.to_string(), TODAY), Ok(Some(date)));
                prop_assert_eq!(read_expiry(&brief(date), TODAY), Ok(Some(date)));
            }
        }
    }
}
