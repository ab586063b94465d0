//! The list of calls that may cross guilds, held against the trait itself; and the proof that no method goes untested.

const TRAIT: &str = concat!(
    include_str!("../../src/storage/mod.rs"),
    include_str!("../../src/storage/campaigns.rs"),
    include_str!("../../src/storage/guilds.rs"),
    include_str!("../../src/storage/overlay.rs"),
    include_str!("../../src/storage/regulars.rs"),
    include_str!("../../src/storage/retention.rs"),
    include_str!("../../src/storage/rule_record.rs"),
    include_str!("../../src/storage/sanctions.rs"),
);

const TESTS: [&str; 15] = [
    include_str!("campaigns.rs"),
    include_str!("cases.rs"),
    include_str!("effects.rs"),
    include_str!("endings.rs"),
    include_str!("guilds.rs"),
    include_str!("isolation.rs"),
    include_str!("overlay.rs"),
    include_str!("people.rs"),
    include_str!("requests.rs"),
    include_str!("retention.rs"),
    include_str!("rule_record.rs"),
    include_str!("sanctions.rs"),
    include_str!("ticket_pages.rs"),
    include_str!("tickets.rs"),
    include_str!("fixtures.rs"),
];

/// Every call across guilds, and why it has to be one.
const ACROSS: [(&str, &str); 5] = [
    (
        "lease_effects",
        "the performer serves all guilds in the order in which their effects fall due",
    ),
    ("recover_effects", "a crash interrupts the effects of all guilds"),
    ("next_due", "the performer sleeps until the first of all guilds"),
    ("erase_before", "the retention job runs once for all guilds"),
    (
        "known_guilds",
        "whoever left is told from whoever is there, and a person is erased wherever they were",
    ),
];

/// Name and signature of every method of the noun traits.
fn methods() -> Vec<(&'static str, &'static str)> {
    TRAIT
        .split("    async fn ")
        .skip(1)
        .map(|rest| {
            let signature = rest.split_once(';').expect("a trait's method ends in ;").0;
            (
                signature.split_once('(').expect("a method has parameters").0,
                signature,
            )
        })
        .collect()
}

#[test]
fn every_method_names_its_guild_or_is_listed_as_crossing_guilds() {
    assert!(methods().len() > 35, "the trait is read as it is written");
    for (name, signature) in methods() {
        let listed = ACROSS.iter().any(|(across, _)| *across == name);
        let (in_guild, across) = (
            signature.contains("guild: InGuild"),
            signature.contains("all: AllGuilds"),
        );
        assert!(
            in_guild != across,
            "{name} has to take either InGuild or AllGuilds"
        );
        assert_eq!(
            across, listed,
            "{name}: AllGuilds and the list in this test disagree"
        );
    }
}

#[test]
fn every_method_is_executed_by_a_test() {
    for (name, _) in methods() {
        let call = format!(".{name}(");
        assert!(
            TESTS.iter().any(|test| test.contains(&call)),
            "no test calls {name}"
        );
    }
}

#[test]
fn every_method_that_takes_a_guild_is_tried_from_another_guild() {
    let calls = [include_str!("isolation.rs"), include_str!("sanctions.rs")];
    let calls = calls.concat();
    for (name, signature) in methods() {
        let tried = calls.contains(&format!(".{name}("));
        assert!(
            tried || signature.contains("all: AllGuilds"),
            "nothing tries {name} from another guild"
        );
    }
}
