//! Names of people, from several languages, each with how it is written in an address.

/// A name and how it is written in an address; the same folded where both are alike.
type Name = (&'static str, &'static str);

/// First and last names that go together.
struct Culture {
    /// How many of every [`ROUND`] people have such names.
    share: usize,
    first: &'static [Name],
    last: &'static [Name],
}

/// The sum of all shares.
const ROUND: usize = 20;

const CULTURES: &[Culture] = &[
    Culture { share: 8, first: ENGLISH_FIRST, last: ENGLISH_LAST },
    Culture { share: 3, first: ROMANCE_FIRST, last: ROMANCE_LAST },
    Culture { share: 3, first: NORTHERN_FIRST, last: NORTHERN_LAST },
    Culture { share: 2, first: SLAVIC_FIRST, last: SLAVIC_LAST },
    Culture { share: 2, first: SOUTH_ASIAN_FIRST, last: SOUTH_ASIAN_LAST },
    Culture { share: 1, first: CHINESE_FIRST, last: CHINESE_LAST },
    Culture { share: 1, first: ARABIC_FIRST, last: ARABIC_LAST },
];

macro_rules! names {
    ($($constant:ident: $($name:literal $latin:literal),+;)+) => {$(
        const $constant: &[Name] = &[$(($name, $latin)),+];
    )+};
}

names! {
    ENGLISH_FIRST: "Alice" "alice", "Ben" "ben", "Charlotte" "charlotte", "Daniel" "daniel", "Ellie" "ellie",
        "Fred" "fred", "Grace" "grace", "Harry" "harry", "Isla" "isla", "Jack" "jack", "Kate" "kate",
        "Liam" "liam", "Megan" "megan", "Noah" "noah", "Olivia" "olivia", "Peter" "peter", "Ruth" "ruth",
        "Sam" "sam", "Tessa" "tessa", "Will" "will", "Zoë" "zoe", "Seán" "sean", "Aoife" "aoife",
        "Chidi" "chidi", "Kwame" "kwame", "Mary-Jane" "mary-jane", "Rosie" "rosie", "Tom" "tom", "Una" "una";
    ENGLISH_LAST: "Ashworth" "ashworth", "Barker" "barker", "Carter" "carter", "Dawson" "dawson", "Ellis" "ellis",
        "Fletcher" "fletcher", "Green" "green", "Hughes" "hughes", "Ingham" "ingham", "Jones" "jones",
        "Kaye" "kaye", "Lister" "lister", "Marsden" "marsden", "Naylor" "naylor", "O'Brien" "obrien",
        "Parkin" "parkin", "Quinn" "quinn", "Rhodes" "rhodes", "Smith" "smith", "Taylor" "taylor",
        "Ó Súilleabháin" "osuilleabhain", "Wainwright" "wainwright", "Young" "young", "Adeyemi" "adeyemi",
        "Mensah" "mensah", "Armitage" "armitage", "Brontë" "bronte", "Fitz-Gerald" "fitz-gerald", "Lee" "lee";
    ROMANCE_FIRST: "Amélie" "amelie", "Benoît" "benoit", "Chloé" "chloe", "François" "francois", "Hélène" "helene",
        "Inès" "ines", "João" "joao", "José" "jose", "Lucía" "lucia", "María" "maria", "Nuño" "nuno",
        "Océane" "oceane", "Raúl" "raul", "Sofia" "sofia", "Théo" "theo", "Giulia" "giulia", "Matteo" "matteo",
        "Ștefan" "stefan", "Ioana" "ioana", "Concepción" "concepcion";
    ROMANCE_LAST: "Álvarez" "alvarez", "Bénard" "benard", "Conceição" "conceicao", "Dubois" "dubois",
        "Espírito Santo" "espiritosanto", "Fernández" "fernandez", "García" "garcia", "Gonçalves" "goncalves",
        "Lefèvre" "lefevre", "Moreau" "moreau", "Núñez" "nunez", "Peña" "pena", "Rossi" "rossi",
        "Sánchez" "sanchez", "Ionescu" "ionescu", "de la Cruz" "delacruz", "Esposito" "esposito",
        "Lemaître" "lemaitre", "Ibáñez" "ibanez";
    NORTHERN_FIRST: "Åsa" "asa", "Björn" "bjoern", "Jürgen" "juergen", "Käthe" "kaethe", "Lars" "lars",
        "Søren" "soeren", "Ingrid" "ingrid", "Jörg" "joerg", "Mika" "mika", "Päivi" "paivi", "Sigrún" "sigrun",
        "Þóra" "thora", "Uwe" "uwe", "Antje" "antje", "Freya" "freya", "Henk" "henk", "Saskia" "saskia",
        "Günther" "guenther", "Østen" "osten";
    NORTHERN_LAST: "Müller" "mueller", "Schäfer" "schaefer", "Größ" "groess", "Weiß" "weiss", "Lindqvist" "lindqvist",
        "Sørensen" "soerensen", "Åkesson" "akesson", "Hämäläinen" "hamalainen", "Jónsdóttir" "jonsdottir",
        "van den Berg" "vandenberg", "de Vries" "devries", "Østergård" "ostergard", "Kjærgaard" "kjaergaard",
        "Schröder" "schroeder", "Koch" "koch", "Virtanen" "virtanen", "Næss" "naess", "Bäcker" "baecker";
    SLAVIC_FIRST: "Agnieszka" "agnieszka", "Łukasz" "lukasz", "Małgorzata" "malgorzata", "Jiří" "jiri",
        "Zdeněk" "zdenek", "Šárka" "sarka", "Živa" "ziva", "Dragan" "dragan", "Олена" "olena", "Іван" "ivan",
        "Katarzyna" "katarzyna", "Paweł" "pawel", "Đorđe" "djordje", "Ljiljana" "ljiljana";
    SLAVIC_LAST: "Nowak" "nowak", "Wójcik" "wojcik", "Dvořák" "dvorak", "Novotný" "novotny", "Kowalski" "kowalski",
        "Šimek" "simek", "Jovanović" "jovanovic", "Шевченко" "shevchenko", "Коваль" "koval", "Żuk" "zuk",
        "Krejčí" "krejci", "Zieliński" "zielinski", "Đurić" "djuric", "Łapiński" "lapinski";
    SOUTH_ASIAN_FIRST: "Aarav" "aarav", "Priya" "priya", "Rohan" "rohan", "Ananya" "ananya", "Imran" "imran",
        "Fatima" "fatima", "Lakshmi" "lakshmi", "Sanjay" "sanjay", "Nadia" "nadia", "Vikram" "vikram",
        "Meera" "meera", "Zara" "zara", "अनन्या" "anannya", "Harpreet" "harpreet";
    SOUTH_ASIAN_LAST: "Patel" "patel", "Sharma" "sharma", "Khan" "khan", "Iyer" "iyer", "Singh" "singh",
        "Begum" "begum", "Nair" "nair", "Hussain" "hussain", "Chowdhury" "chowdhury", "Reddy" "reddy",
        "Gupta" "gupta", "Perera" "perera", "Ahmed" "ahmed", "Rao" "rao";
    CHINESE_FIRST: "伟" "wei", "芳" "fang", "娜" "na", "秀英" "xiuying", "敏" "min", "静" "jing", "丽" "li",
        "强" "qiang", "磊" "lei", "洋" "yang", "艳" "yan", "勇" "yong", "さくら" "sakura", "지우" "jiwoo";
    CHINESE_LAST: "王" "wang", "李" "li", "张" "zhang", "刘" "liu", "陈" "chen", "杨" "yang", "赵" "zhao",
        "黄" "huang", "周" "zhou", "吴" "wu", "佐藤" "sato", "김" "kim";
    ARABIC_FIRST: "أحمد" "ahmad", "فاطمة" "fatma", "محمد" "mohammed", "ليلى" "layla", "يوسف" "yousef", "مريم" "mariam",
        "عمر" "omar", "نور" "noor", "חנה" "chana", "سارة" "sarah";
    ARABIC_LAST: "الحسن" "alhasan", "منصور" "mansour", "حداد" "haddad", "خليل" "khalil", "صالح" "saleh",
        "العلي" "alali", "ناصر" "nasser", "כהן" "cohen", "درويش" "darwish", "قاسم" "qasim";
}

/// A person's names and what stands before the `@` of their address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The first name.
    pub first: &'static str,
    /// The last name.
    pub last: &'static str,
    /// The local part of the address; different for every number.
    pub local: String,
}

/// Person number `n` of the sample `seed`. Every pair of names comes once before any comes again,
/// and then with a number in the address, so that no table of taken addresses is needed.
pub fn person(seed: u64, n: u64) -> Person {
    let seed = usize::try_from(seed % 9_973).unwrap_or(0);
    let n = usize::try_from(n).unwrap_or(usize::MAX);
    // 7 and 20 have no divisor in common: every place of a round is met once, not in the order of the list.
    let mut place = (n % ROUND * 7 + seed) % ROUND;
    let mut chosen = CULTURES.first();
    for culture in CULTURES {
        chosen = Some(culture);
        if place < culture.share {
            break;
        }
        place -= culture.share;
    }
    let Some(culture) = chosen else { return nobody(n) };
    let pairs = culture.first.len() * culture.last.len();
    let turn = n / ROUND * culture.share + place;
    // 7919 is a prime that divides no number of pairs, so that a round of `pairs` turns meets each once.
    let pair = (turn % pairs * 7_919 + seed) % pairs;
    let (first, last) =
        (culture.first.get(pair / culture.last.len()), culture.last.get(pair % culture.last.len()));
    let (Some((first, first_latin)), Some((last, last_latin))) = (first, last) else { return nobody(n) };
    let local = match turn / pairs {
        0 => format!("{first_latin}.{last_latin}"),
        again => format!("{first_latin}.{last_latin}{}", again + 1),
    };
    Person { first, last, local }
}

fn nobody(n: usize) -> Person {
    Person { first: "Sam", last: "Sample", local: format!("sample.{n}") }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::domain::email::EmailAddress;
    use crate::domain::person_name::check_name;

    #[test]
    fn shares_make_a_round() {
        assert_eq!(CULTURES.iter().map(|culture| culture.share).sum::<usize>(), ROUND);
    }

    #[test]
    fn no_address_comes_twice() {
        let mut seen = HashSet::new();
        for n in 0..60_000 {
            let person = person(7, n);
            assert!(seen.insert(person.local.clone()), "{n}: {}", person.local);
        }
    }

    #[test]
    fn every_name_and_address_would_be_taken_by_the_form() {
        for culture in CULTURES {
            for (name, latin) in culture.first.iter().chain(culture.last) {
                assert_eq!(check_name(name).unwrap(), *name);
                assert!(EmailAddress::parse(&format!("{latin}@example.org")).is_ok(), "{latin}");
            }
        }
    }
}
