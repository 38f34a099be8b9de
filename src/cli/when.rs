//! Days and minutes where the workspace is, as its operators see them on the screens, too.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::expiry::today_in;

/// The day of an instant, as the expiry date beside it is one there.
pub fn day(at: Option<Timestamp>, zone: &TimeZone) -> String {
    at.map(|at| today_in(at, zone).to_string()).unwrap_or_default()
}

/// The minute of an instant, marked with the name that the zone's clocks have then.
pub fn minute(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_is_that_of_the_zone_and_marked_as_such() {
        let london = TimeZone::get("Europe/London").unwrap();
        let told = |at: &str, zone: &TimeZone| minute(at.parse().unwrap(), zone);
        assert_eq!(told("2026-11-23T23:30:00Z", &london), "2026-11-23 23:30 GMT");
        assert_eq!(told("2026-07-01T23:30:00Z", &london), "2026-07-02 00:30 BST");
        assert_eq!(told("2026-07-01T23:30:00Z", &TimeZone::UTC), "2026-07-01 23:30 UTC");
        let nowhere = TimeZone::get("Asia/Dubai").unwrap();
        assert_eq!(told("2026-07-01T23:30:00Z", &nowhere), "2026-07-02 03:30 +04", "a zone without a name");
    }
}
