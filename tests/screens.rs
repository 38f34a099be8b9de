//! The screens, as an operator sees them: keys in, picture out.

#[path = "support/fake_api.rs"]
mod fake_api;
#[path = "support/team.rs"]
mod team;
#[path = "support/tui.rs"]
mod tui;

use std::time::Duration;

use fake_api::FakeApi;
use tui::Harness;

fn started() -> Harness {
    Harness::start(FakeApi::new(team::team())).settle()
}

#[test]
fn look() {
    println!("{}", started().screen());
    println!("{}", started().resize(120, 40).keys("jj").screen());
    println!("{}", started().keys("j<enter>").settle().screen());
    println!("{}", started().resize(120, 40).keys("j<enter>").settle().screen());
    println!("{}", started().keys("?").screen());
    println!("{}", started().keys(":").screen());
    println!("{}", started().keys("fs").screen());
    println!("{}", started().keys("/smi").advance(Duration::from_millis(250)).settle().screen());
    println!("{}", started().keys("/zzz<enter>").settle().screen());
    println!("{}", started().resize(60, 15).screen());
    println!("{}", started().resize(20, 5).screen());
    println!("{}", started().resize(19, 5).screen());
}
