//! Measures admit's picker beside its peers: `peers FZF [ENTRIES ROUNDS]…` prints tables in Markdown.

mod engines;
mod keys;
mod list;
mod plain;
mod quality;
mod times;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let fzf = arguments.next().expect("the first argument says where fzf is");
    let numbers: Vec<usize> = arguments.map(|number| number.parse().expect("a number")).collect();
    let sizes = if numbers.is_empty() { vec![10_000, 9, 100_000, 7, 1_000_000, 5] } else { numbers };
    for size in sizes.chunks(2) {
        let [entries, rounds] = *size else { panic!("entries and rounds come in pairs") };
        times::print(&fzf, entries, rounds);
    }
    quality::print(&fzf);
}
