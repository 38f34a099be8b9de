//! From key to the best hundred and the exact count, all engines in turn, and what else is promised.

use std::hint::black_box;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::domain::search_key::fold;
use crate::engines::{Admit, Answer, Engine, Frizbee, Helix, Skim};
use crate::fuzzy::{Finder, Index};
use crate::keys::KEYS;
use crate::list::titles;
use crate::plain::Plain;

const TOP: usize = 100;
/// After so long no further round is begun, so that the script ends in time on a busy machine.
const ENOUGH: Duration = Duration::from_secs(120);

/// Prints the tables for a list of `entries`.
pub fn print(fzf: &str, entries: usize, rounds: usize) {
    let list = Arc::new(titles(entries));
    let bytes: usize = list.iter().map(String::len).sum();
    let foreign = list.iter().filter(|title| !title.is_ascii()).count();
    let begun = Instant::now();
    let index = Arc::new(Index::new(list.iter()));
    let built = begun.elapsed();
    println!("\n### {entries} entries\n");
    println!("{:.1} MB, {} % with a non-ASCII character.", bytes as f64 / 1e6, foreign * 100 / entries);
    check(&list, &index);
    let mut engines: Vec<Box<dyn Engine>> = vec![
        Box::new(Admit::new(Arc::clone(&index))),
        Box::new(Helix::new(&list)),
        Box::new(Frizbee(Arc::clone(&list))),
        Box::new(Skim::new(Arc::clone(&list))),
    ];
    let [times, spending] = race(&mut engines, rounds);
    let fzf = fzf_times(fzf, &list);
    println!("{} rounds, each engine's {} keys in turn. By the clock, ms:\n", times[0][0].len(), KEYS.len());
    table(&engines, &times, &fzf);
    println!("\nOn processors, ms, all threads together (on a busy machine the steadier figure):\n");
    table(&engines, &spending, &[]);
    println!("\n<details><summary>medians by key, ms by the clock, then on processors</summary>\n");
    by_key(&engines, &times, &fzf);
    by_key(&engines, &spending, &[]);
    println!("</details>\n");
    drop(engines);
    others(&list, &index, &times[0], built);
}

/// For each engine and key, the times of the rounds, sorted.
type Times = Vec<Vec<Vec<Duration>>>;

/// The time this program has spent on processors, all threads together.
fn spent() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// By the clock, and on processors.
fn race(engines: &mut [Box<dyn Engine>], rounds: usize) -> [Times; 2] {
    let none = vec![vec![Vec::with_capacity(rounds); KEYS.len()]; engines.len()];
    let (mut times, mut spending) = (none.clone(), none);
    let begun = Instant::now();
    for _ in (0..rounds).take_while(|round| *round == 0 || begun.elapsed() < ENOUGH) {
        for ((engine, times), spending) in engines.iter_mut().zip(&mut times).zip(&mut spending) {
            engine.forget();
            for ((typed, times), spending) in KEYS.iter().zip(times).zip(spending) {
                let (begun, before) = (Instant::now(), spent());
                black_box(engine.key(typed, TOP));
                spending.push(spent() - before);
                times.push(begun.elapsed());
            }
        }
    }
    times.iter_mut().chain(&mut spending).flatten().for_each(|times| times.sort_unstable());
    [times, spending]
}

/// The share `at` of sorted `times`, 0.5 being the middle.
fn share(times: &[Duration], at: f64) -> f64 {
    let last = times.len().saturating_sub(1) as f64;
    times.get((last * at).round() as usize).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
}

fn all(times: &[Vec<Duration>]) -> Vec<Duration> {
    let mut all: Vec<Duration> = times.iter().flatten().copied().collect();
    all.sort_unstable();
    all
}

fn table(engines: &[Box<dyn Engine>], times: &Times, fzf: &[Duration]) {
    println!(
        "| engine | median | p99 | admit's median against it | admit's p99 |\n| --- | --- | --- | --- | --- |"
    );
    let own = all(&times[0]);
    for (engine, times) in engines.iter().zip(times) {
        let times = all(times);
        let [median, worst] = [0.5, 0.99].map(|at| share(&times, at));
        let [against, against_worst] = [share(&own, 0.5) / median, share(&own, 0.99) / worst];
        println!("| {} | {median:.3} | {worst:.3} | {against:.3}× | {against_worst:.3}× |", engine.name());
    }
    if fzf.is_empty() {
        return;
    }
    let mut fzf = fzf.to_vec();
    fzf.sort_unstable();
    let (median, worst) = (share(&fzf, 0.5), share(&fzf, 0.99));
    println!(
        "| fzf `--bench` (an average for each key) | {median:.3} | {worst:.3} | {:.3}× | {:.3}× |",
        share(&own, 0.5) / median,
        share(&own, 0.99) / worst
    );
}

fn by_key(engines: &[Box<dyn Engine>], times: &Times, fzf: &[Duration]) {
    let mut names: Vec<&str> = engines.iter().map(|engine| engine.name()).collect();
    names.extend((!fzf.is_empty()).then_some("fzf"));
    println!("\n| typed | {} |", names.join(" | "));
    println!("| --- |{}", " --- |".repeat(names.len()));
    for (key, typed) in KEYS.iter().enumerate() {
        let of = |times: &Vec<Vec<Duration>>| format!("{:.3}", share(&times[key], 0.5));
        let mut figures: Vec<String> = times.iter().map(of).collect();
        figures.extend(fzf.get(key).map(|time| format!("{:.3}", time.as_secs_f64() * 1e3)));
        println!("| `{typed}` | {} |", figures.join(" | "));
    }
    println!();
}

/// What fzf says of itself for each key: the average over many searches of the same query.
fn fzf_times(fzf: &str, list: &[String]) -> Vec<Duration> {
    let file = std::env::temp_dir().join(format!("admit-titles-{}", std::process::id()));
    std::fs::write(&file, list.join("\n")).unwrap();
    let time = |typed: &&str| {
        let input = std::fs::File::open(&file).unwrap();
        let arguments = ["--threads", "2", "--bench", "400ms", "--filter", typed];
        let output = Command::new(fzf).args(arguments).stdin(input).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let average = said.split("avg: ").nth(1).and_then(|rest| rest.split("ms").next());
        let average: f64 = average.and_then(|ms| ms.parse().ok()).expect("fzf says its average");
        Duration::from_secs_f64(average / 1e3)
    };
    let times = KEYS.iter().map(time).collect();
    std::fs::remove_file(&file).unwrap();
    times
}

/// Count and order at every key, against the plain ranking.
fn check(list: &[String], index: &Arc<Index>) {
    let plain = Plain::new(list);
    let mut admit = Admit::new(Arc::clone(index));
    let (mut same, mut with_slips) = (0, 0);
    for typed in KEYS {
        let (own, expected) = (admit.key(typed, TOP), Answer::from(plain.rank(typed, TOP)));
        if own == expected {
            same += 1;
        } else if expected.matched == 0 {
            with_slips += 1;
        } else {
            println!(
                "**`{typed}` differs from the plain ranking**: {} against {}",
                own.matched, expected.matched
            );
        }
    }
    println!(
        "Count and best {TOP} are those of the plain ranking at {same} keys of {}; at {with_slips} nothing fits and slips are forgiven.\n",
        KEYS.len()
    );
}

fn others(list: &[String], index: &Arc<Index>, own: &[Vec<Duration>], built: Duration) {
    let text: String = list.concat();
    let mut passes: Vec<Duration> = (0..21)
        .map(|_| {
            let begun = Instant::now();
            black_box(memchr::memchr(0, black_box(text.as_bytes())));
            begun.elapsed()
        })
        .collect();
    passes.sort_unstable();
    let pass = share(&passes, 0.5);
    let back: Vec<usize> = (1..KEYS.len()).filter(|at| KEYS[at - 1].starts_with(KEYS[*at])).collect();
    let remembered = |at: &usize| KEYS[..*at].contains(&KEYS[*at]);
    let mut back: Vec<Duration> =
        back.iter().filter(|at| remembered(at)).flat_map(|at| own[*at].clone()).collect();
    back.sort_unstable();
    let million = 1e6 / list.len() as f64 / f64::from(1 << 20);
    let folded: usize = list.iter().map(|title| fold(title).len()).sum();
    let [cancelled, cancelled_work] = cancel(index);
    let rows = [
        ("memchr passes over the titles in the median key", share(&all(own), 0.5) / pass, "≤ 4"),
        ("one such pass, ms", pass, "–"),
        ("a character deleted, ms (median)", share(&back, 0.5), "≤ 0.01"),
        ("the same, p99", share(&back, 0.99), "–"),
        ("cancelled: from saying so to being back, ms (p95)", cancelled, "≤ 0.5"),
        ("the same on processors: nobody else's work, ms (p95)", cancelled_work, "–"),
        ("index, MiB for a million, folded text included", index.size() as f64 * million, "≤ 70"),
        ("of it the folded text", folded as f64 * million, "–"),
        ("index built in, ms", built.as_secs_f64() * 1e3, "–"),
    ];
    println!("| what | figure | aim |\n| --- | --- | --- |");
    for (what, figure, aim) in rows {
        println!("| {what} | {figure:.4} | {aim} |");
    }
}

/// How long a search goes on after a newer key made it useless, at moments spread over it: by the clock
/// and on processors, the 95th percentiles.
fn cancel(index: &Arc<Index>) -> [f64; 2] {
    let (mut late, mut work) = (Vec::new(), Vec::new());
    for (at, typed) in (0..200).zip(["he", "er", "ml", "saftye"].into_iter().cycle()) {
        let is_useless = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let search = scope.spawn(|| {
                let ranked = Finder::new(Arc::clone(index))
                    .rank_unless(typed, TOP, &|| is_useless.load(Ordering::Relaxed));
                (ranked.is_none(), Instant::now(), spent())
            });
            std::thread::sleep(Duration::from_micros(20 * at));
            let (said, before) = (Instant::now(), spent());
            is_useless.store(true, Ordering::Relaxed);
            let (was_stopped, back, after) = search.join().unwrap();
            if was_stopped {
                late.push(back.saturating_duration_since(said));
                work.push(after.saturating_sub(before));
            }
        });
    }
    [late, work].map(|mut times| {
        times.sort_unstable();
        share(&times, 0.95)
    })
}
