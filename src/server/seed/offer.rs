//! Groups and courses of a sample.

const GROUPS: &[&str] = &[
    "First aiders",
    "Night shift",
    "Fire wardens",
    "New starters",
    "Team leaders",
    "Agency staff",
    "Volunteers",
    "Drivers",
    "Mental health champions",
    "Works council",
    "Bank staff",
    "Apprentices",
    "Safeguarding leads",
    "Élan choir",
    "Kitchen staff",
    "Home workers",
];

/// Titles and their subjects.
const COURSES: &[(&str, &str)] = &[
    ("Fire safety", "Safety"),
    ("Manual handling", "Safety"),
    ("First aid at work", "Safety"),
    ("Working at height", "Safety"),
    ("Lone working", "Safety"),
    ("Safe driving", "Safety"),
    ("Slips, trips and falls", "Safety"),
    ("COSHH: hazardous substances", "Safety"),
    ("GDPR basics", "Data protection"),
    ("Information security", "Data protection"),
    ("Phishing and fraud", "Data protection"),
    ("Keeping good records", "Data protection"),
    ("Safeguarding adults", "Care"),
    ("Safeguarding children", "Care"),
    ("Dementia awareness", "Care"),
    ("Giving medication", "Care"),
    ("Infection prevention", "Care"),
    ("End of life care", "Care"),
    ("Nutrition and hydration", "Care"),
    ("Moving and positioning people", "Care"),
    ("Mental capacity", "Care"),
    ("Pressure ulcers", "Care"),
    ("Food hygiene", "Catering"),
    ("Allergens", "Catering"),
    ("Crème brûlée and other soft diets", "Catering"),
    ("Welcome to Northgate", "Induction"),
    ("Your first week", "Induction"),
    ("Equality and inclusion", "People"),
    ("Difficult conversations", "People"),
    ("Leading a team", "Leadership"),
    ("Coaching", "Leadership"),
    ("Managing absence", "Leadership"),
    ("Budgets for non-financial managers", "Leadership"),
    ("Spreadsheets", "Digital"),
    ("The care records system", "Digital"),
    ("Remote meetings", "Digital"),
    ("Deutsch für die Pflege", "Languages"),
    ("Español básico", "Languages"),
    ("British Sign Language", "Languages"),
    ("Français: premiers pas", "Languages"),
];

/// Courses before the first variant of one.
pub const TITLES: usize = COURSES.len();

const VARIANTS: &[&str] = &["", ": refresher", ": for managers", ": advanced", ": assessment"];

/// The name of group number `n`; no name comes twice.
pub fn group(n: usize) -> String {
    let name = GROUPS.get(n % GROUPS.len()).copied().unwrap_or("Group");
    match n / GROUPS.len() {
        0 => name.to_owned(),
        again => format!("{name} {}", again + 1),
    }
}

/// Title and subject of course number `n`; no title comes twice.
pub fn course(n: usize) -> (String, &'static str) {
    let (title, subject) = COURSES.get(n % COURSES.len()).copied().unwrap_or(("Course", "General"));
    let round = n / COURSES.len();
    let variant = VARIANTS.get(round % VARIANTS.len()).copied().unwrap_or_default();
    match round / VARIANTS.len() {
        0 => (format!("{title}{variant}"), subject),
        again => (format!("{title}{variant}, part {}", again + 1), subject),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_title_and_no_group_comes_twice() {
        let titles: HashSet<_> = (0..10_000).map(|n| course(n).0).collect();
        let groups: HashSet<_> = (0..1_000).map(group).collect();
        assert_eq!((titles.len(), groups.len()), (10_000, 1_000));
    }
}
