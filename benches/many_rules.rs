//! What size costs: the engine with 10,000 phrases, 100 expressions and 250,000 listed hosts against a UTF-8 validation of the
//! same bytes, on clean messages and on all; the same with 23 of the expressions without a literal, which rules write as signals
//! ([`automod`]); then 10,000 phrases against 300, and 1,000 rules against 100.

mod automod;
mod measure;

use std::alloc::System;

use measure::{
    ALL, HARMLESS, clean, engine, expressions, hosts, made_up, phrases, race, ratio, simdutf8, texts,
};
use nightdesk::rules::domains::{DomainSet, Suffixes};
use nightdesk::rules::feeds::FeedHosts;
use nightdesk::rules::{Part, Place, ScanContext, Scratch};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    if !measure::is_optimised("many_rules") {
        return;
    }
    let (Some(ordinary), Some(all)) = (texts(&HARMLESS), texts(&ALL)) else {
        return;
    };
    let mut listed = DomainSet::new();
    for host in hosts(250_000) {
        listed
            .insert(&host, Suffixes::Refuse)
            .expect("a made-up host is one");
    }
    let feeds = FeedHosts::merge([("bench", &listed)], []);
    let context = ScanContext {
        feeds: Some(&feeds),
        ..ScanContext::default()
    };
    let full = made_up(100, &phrases(10_000), &expressions(100));
    println!("10,000 phrases, 100 expressions, {} hosts", feeds.len());
    let harmless = clean(&full, &context, &ordinary);
    let few = made_up(100, &phrases(300), &expressions(100));
    let hundred = made_up(100, &[], &expressions(100));
    let thousand = made_up(1_000, &[], &expressions(1_000));

    let mut against_floor = [simdutf8(), engine("10,000 phrases and all", &full, context)];
    let of_clean = race(&mut against_floor, &harmless.messages);
    measure::print(&against_floor, &of_clean, &harmless.messages);

    let wordless = automod::rules(&phrases(10_000));
    println!("\n23 of the 100 expressions without a literal, as signals");
    let clean_of_wordless = clean(&wordless, &context, &ordinary);
    let mut against_floor = [simdutf8(), engine("10,000 phrases and all", &wordless, context)];
    let of_wordless = race(&mut against_floor, &clean_of_wordless.messages);
    measure::print(&against_floor, &of_wordless, &clean_of_wordless.messages);

    println!(
        "\nsizes against each other: each finds the caches and the predicted branches as another engine left them"
    );
    let mut sizes = [
        engine("10,000 phrases and all", &full, context),
        engine("300 phrases and all", &few, context),
        engine("100 rules, 100 expressions", &hundred, context),
        engine("1,000 rules, 1,000 expressions", &thousand, context),
    ];
    let of_sizes = race(&mut sizes, &harmless.messages);
    measure::print(&sizes, &of_sizes, &harmless.messages);

    let mut scratch = Scratch::new();
    let mut allocations = || {
        let region = Region::new(ALLOCATOR);
        for text in &harmless.messages {
            full.scan(&[Part::new(Place::Content, text)], &context, &mut scratch);
        }
        let change = region.change();
        change.allocations + change.reallocations
    };
    let _growing = allocations();
    println!(
        "{} allocations in {} clean messages (aim: 0)",
        allocations(),
        harmless.messages.len()
    );

    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    println!("\nall {} messages", all.len());
    let mut both = [simdutf8(), engine("10,000 phrases and all", &full, context)];
    let best_of_all = race(&mut both, &all);
    measure::print(&both, &best_of_all, &all);

    println!(
        "\nclean: {:.1} x a UTF-8 validation (aim: at most 20)\nclean, with 23 expressions without a literal: {:.1} x (aim: at most 30)\n\
         all: {:.1} x a UTF-8 validation (aim: at most 60)",
        ratio(of_clean[1], of_clean[0]),
        ratio(of_wordless[1], of_wordless[0]),
        ratio(best_of_all[1], best_of_all[0])
    );
    println!(
        "10,000 phrases take {:.2} x the time of 300 (aim: at most 1.3)\n1,000 rules take {:.2} x the time of 100 (aim: at most 1.5)",
        ratio(of_sizes[0], of_sizes[1]),
        ratio(of_sizes[3], of_sizes[2])
    );
}
