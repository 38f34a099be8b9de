//! The list that is searched: course titles put together from words, the same at every run.

const KINDS: &[&str] = &[
    "Introduction to",
    "Advanced",
    "Refresher:",
    "Essentials of",
    "Managing",
    "Leading",
    "Understanding",
    "Certificate in",
    "Working with",
    "Practical",
    "Einführung in",
    "Formation:",
    "Curso de",
    "Szkolenie:",
    "Applied",
    "Modern",
    "Safe",
    "Annual",
    "Handling",
    "Planning",
    "Auditing",
    "Teaching",
];
const TOPICS: &[&str] = &[
    "Fire Safety",
    "Manual Handling",
    "First Aid",
    "Data Protection",
    "Health & Safety",
    "Food Hygiene",
    "Cyber Security",
    "Project Management",
    "Négociation",
    "Sécurité au travail",
    "Führung im Wandel",
    "Arbeitsschutz für Büros",
    "Protección de datos",
    "Prevención de riesgos",
    "Bezpieczeństwo pracy",
    "Pierwsza pomoc – praktyka",
    "Conflict Resolution",
    "Unconscious Bias",
    "Presentation Skills",
    "Spreadsheet Modelling",
    "Lone Working",
    "Asbestos Awareness",
    "Working at Height",
    "Confined Spaces",
    "Forklift Operation",
    "Quality Assurance",
    "Emergency Planning",
    "Safeguarding Children",
    "Mental Health",
    "Infection Control",
    "Medicine Management",
    "Customer Service",
    "Supply Chains",
    "Change Management",
    "Café Management",
    "Résumé Writing",
    "Gestão de equipes",
    "Łańcuch dostaw",
    "Ποιότητα υπηρεσιών",
    "Охрана труда",
    "安全管理",
    "Sales Negotiation",
    "Budget Forecasting",
    "Machine Learning",
    "Statistical Methods",
    "Database Administration",
    "Technical Writing",
    "Remote Teams",
    "Time Management",
    "Payroll Basics",
    "Public Speaking",
    "Network Design",
    "Soil Science",
    "Report Writing",
    "Interview Technique",
    "Cloud Architecture",
    "Crane Inspection",
    "Vehicle Maintenance",
    "Stock Control",
    "Visual Design",
    "Dementia Care",
    "Chemical Storage",
    "Noise Control",
    "Waste Disposal",
    "Radiation Protection",
    "Coaching Conversations",
    "Data Analysis",
    "Electrical Isolation",
    "Hazard Spotting",
    "Business Continuity",
    "Anti-Bribery",
    "Environmental Impact",
];
const PEOPLE: &[&str] = &[
    "for Managers",
    "for New Starters",
    "for Team Leaders",
    "for Engineers",
    "for Nurses",
    "for Drivers",
    "for Trainers",
    "in Retail",
    "in Care Homes",
    "for Supervisors",
    "in Depots",
    "for Electricians",
    "for Apprentices",
    "by Night",
    "in Kitchens",
    "for Parents",
    "in Libraries",
    "für Führungskräfte",
    "pour débutants",
    "para técnicos",
    "dla pracowników",
    "with José García",
    "with Zoë Brontë",
    "with Søren Ærø",
    "by Ann O’Neill",
    "in Schools",
    "in Hospitals",
    "in Warehouses",
    "on Site",
    "at Sea",
    "in the Office",
    "for Contractors",
    "for Volunteers",
    "at Home",
    "in Laboratories",
];
const PLACES: &[&str] = &[
    "York",
    "Leeds",
    "Bath",
    "Truro",
    "Perth",
    "Exeter",
    "Norwich",
    "Belfast",
    "Milan",
    "Kraków",
    "Łódź",
    "München",
    "Zürich",
    "Málaga",
    "Paris",
    "Lyon",
    "Oslo",
    "Tromsø",
    "Porto",
    "São Paulo",
    "Dublin",
    "Glasgow",
    "Cardiff",
    "Bristol",
    "Hull",
    "Derby",
    "Québec",
];

/// `count` titles.
pub fn titles(count: usize) -> Vec<String> {
    let mut dice = Dice(7);
    (0..count).map(|number| title(&mut dice, number)).collect()
}

fn title(dice: &mut Dice, number: usize) -> String {
    let mut title = format!("{} {}", dice.pick(KINDS), dice.pick(TOPICS));
    if dice.below(4) > 0 {
        title = format!("{title} {}", dice.pick(PEOPLE));
    }
    match dice.below(6) {
        0 => title = format!("{title}, {}", dice.pick(PLACES)),
        1 if dice.below(2) == 0 => title = format!("{title} – {}", dice.pick(PLACES)),
        2 => title = format!("{title} ({})", 2018 + dice.below(10)),
        3 if dice.below(3) == 0 => title = format!("{} › {title}", dice.pick(PLACES)),
        4 => title = format!("{title} [{}{}-{}]", dice.letter(), dice.letter(), dice.below(900) + 100),
        _ => {}
    }
    // Most lists tell their courses apart by a number.
    if dice.below(3) == 0 || title.chars().count() < 20 {
        title = format!("{title} {number}");
    }
    match dice.below(10) {
        0 => title.to_uppercase(),
        1 => title.to_lowercase(),
        _ => title,
    }
    .chars()
    .take(80)
    .collect()
}

struct Dice(u64);

impl Dice {
    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len() as u64) as usize]
    }

    fn letter(&mut self) -> char {
        (b'A' + self.below(26) as u8) as char
    }
}
