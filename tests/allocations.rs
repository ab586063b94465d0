//! A clean ASCII message costs no heap allocation once the buffers have grown. A test binary of its own: it counts
//! what the whole process allocates.

use std::alloc::System;
use std::path::Path;

use nightdesk::rules::{Level, Part, Place, Ruleset, ScanContext, Scratch};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const CLEAN: &[&str] = &[
    "gm everyone",
    "has anyone tried the new release? it fixed the sync for me.",
    "I paid 3.50 for coffee (again!) and it was fine :)",
    "see https://github.com/rust-lang/rust/issues/1 for the details",
    "wallet shows the balance after a restart, thanks for the help",
    "let x = foo.bar(1, 2); // snake_case_name",
    "> quoted line\nand an answer to it",
    "v1.2.3 is out, update node.js and Cargo.lock",
    "<@123456789012345678> can you look at <#123456789012345678>?",
    "e.g. this one... or that",
    "the directory of the .inf files, and .try_into for a novice",
    "see https://github.com/search?q=link%20shared%20path for more of them",
];

#[test]
fn a_clean_ascii_message_allocates_nothing() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let ruleset = Ruleset::load(&rules).unwrap_or_else(|errors| panic!("{errors}"));
    let own = ["home".to_owned()];
    let staff = ["Alice".to_owned()];
    let context = ScanContext {
        own_invites: &own,
        staff_names: &staff,
        ..ScanContext::default()
    };
    let mut scratch = Scratch::new();
    let long = "a perfectly ordinary sentence about nothing at all, ".repeat(38);
    let messages: Vec<&str> = CLEAN.iter().copied().chain([long.as_str()]).collect();
    let mut scan = |text: &str| {
        let parts = [Part::new(Place::Content, text)];
        ruleset.scan(&parts, &context, &mut scratch)
    };
    for text in &messages {
        let verdict = scan(text);
        assert_eq!(verdict.level, Level::Clean, "{text}: {verdict:?}");
        assert!(verdict.is_empty(), "{text}: {verdict:?}");
    }
    for text in &messages {
        let region = Region::new(ALLOCATOR);
        let verdict = scan(text);
        let change = region.change();
        assert!(verdict.is_empty());
        assert_eq!(
            (change.allocations, change.reallocations),
            (0, 0),
            "{text}: {change:?}"
        );
    }
}
