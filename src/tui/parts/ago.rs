//! Instants and days as people say them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::text::counted;

/// How long ago, in the largest unit that fits: `16 days ago`.
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(at).as_secs();
    let (n, one, many) = match seconds.unsigned_abs() {
        0..60 => return if seconds < 0 { "in a moment".to_owned() } else { "just now".to_owned() },
        s @ 60..3600 => (s / 60, "minute", "minutes"),
        s @ 3600..86_400 => (s / 3600, "hour", "hours"),
        s @ 86_400..5_184_000 => (s / 86_400, "day", "days"),
        s @ 5_184_000..63_072_000 => (s / 2_592_000, "month", "months"),
        s => (s / 31_536_000, "year", "years"),
    };
    let words = counted(n, one, many);
    if seconds < 0 { format!("in {words}") } else { format!("{words} ago") }
}

/// A day, as wide as every other: ` 9 Nov 26`.
pub fn short_day(day: Date) -> String {
    day.strftime("%e %b %y").to_string()
}

/// A day in full: `31 Mar 2027`.
pub fn day(day: Date) -> String {
    day.strftime("%-d %b %Y").to_string()
}

/// The day of an instant, as wide as every other.
pub fn short_day_of(at: Timestamp, zone: &TimeZone) -> String {
    short_day(zone.to_datetime(at).date())
}

/// The day of an instant in full.
pub fn day_of(at: Timestamp, zone: &TimeZone) -> String {
    day(zone.to_datetime(at).date())
}

/// Day and time, or day and year when it was another year; as wide as every other: ` 9 Nov 10:02`.
pub fn moment(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (at, now) = (zone.to_datetime(at), zone.to_datetime(now));
    let format = if at.year() == now.year() { "%e %b %H:%M" } else { "%e %b  %Y" };
    at.strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_the_largest_unit() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let told = |seconds: i64| ago(Timestamp::from_second(1_800_000_000 - seconds).unwrap(), now);
        assert_eq!(
            [told(5), told(60), told(7200), told(16 * 86_400)],
            ["just now", "1 minute ago", "2 hours ago", "16 days ago"]
        );
        assert_eq!([told(-5 * 86_400), told(800 * 86_400)], ["in 5 days", "2 years ago"]);
    }

    #[test]
    fn moments_are_as_wide_as_each_other() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let told = |text: &str| moment(at(text), at("2026-11-23T12:00:00Z"), &TimeZone::UTC);
        assert_eq!(
            [told("2026-11-09T10:02:00Z"), told("2025-03-31T10:02:00Z")],
            [" 9 Nov 10:02", "31 Mar  2025"]
        );
    }

    #[test]
    fn days_are_as_wide_as_each_other() {
        assert_eq!(short_day(Date::constant(2026, 11, 9)), " 9 Nov 26");
        assert_eq!(short_day(Date::constant(2027, 3, 31)), "31 Mar 27");
        assert_eq!(day(Date::constant(2027, 3, 1)), "1 Mar 2027");
    }
}
