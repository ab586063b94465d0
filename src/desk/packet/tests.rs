//! What a team is told, what is refused until it is there, and what is filled in by itself.

use proptest::prelude::*;

use super::*;
use crate::desk::lifecycle::tests::ticket;
use crate::model::ticket::Answer;

const HASH: &str = "0x88df016429689c079f3b2f6ad39fa052532c56795b733da78a91ebe6a713944b";
const ADDRESS: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

fn good() -> Packet {
    Packet {
        summary: "Withdrawal of 250 USDC stuck".into(),
        expected: "The funds arrive on Arbitrum within an hour".into(),
        actual: "Confirmed at the explorer, yet the balance is zero".into(),
        tried: "Checked the explorer and another wallet app".into(),
        references: format!("tx {HASH}"),
    }
}

#[test]
fn a_packet_that_names_a_transaction_is_complete_and_says_which() {
    let found = check(&good()).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].value, HASH);
}

#[test]
fn it_is_broken_is_refused_in_every_field_by_name() {
    let broken = Packet {
        summary: "it's broken".into(),
        expected: "It should work properly!".into(),
        actual: "the user says it doesn't work".into(),
        tried: "nothing".into(),
        references: String::new(),
    };
    assert_eq!(
        check(&broken).unwrap_err(),
        [
            Lack::TooShort(Field::Summary),
            Lack::SaysNothing(Field::Expected),
            Lack::SaysNothing(Field::Actual),
            Lack::TooShort(Field::Tried),
            Lack::NoReferences,
        ]
    );
}

#[test]
fn an_outcome_that_is_the_expectation_is_no_fault() {
    let same = Packet {
        actual: "the funds arrive on arbitrum, within an hour.".into(),
        ..good()
    };
    assert_eq!(check(&same).unwrap_err(), [Lack::SameAsExpected]);
}

#[test]
fn none_needs_a_reason() {
    let with = |references: &str| {
        check(&Packet {
            references: references.into(),
            ..good()
        })
    };
    assert_eq!(with("none because the exchange shows no hash yet"), Ok(vec![]));
    assert_eq!(with("None: account question, nothing on chain"), Ok(vec![]));
    assert_eq!(with("none"), Err(vec![Lack::NoneWithoutReason]));
    assert_eq!(with("none because none"), Err(vec![Lack::NoneWithoutReason]));
    assert_eq!(with("ask the user"), Err(vec![Lack::NoReferences]));
    assert_eq!(with("nonetheless"), Err(vec![Lack::NoReferences]));
}

#[test]
fn a_mistyped_address_is_refused_unless_a_sound_one_stands_beside_it() {
    let mistyped = ADDRESS.replace("5aAe", "5aae");
    let alone = Packet {
        references: mistyped.clone(),
        ..good()
    };
    assert_eq!(check(&alone), Err(vec![Lack::Mistyped(mistyped.clone())]));
    let beside = Packet {
        references: format!("{mistyped}\n{ADDRESS}"),
        ..good()
    };
    assert_eq!(check(&beside).unwrap().len(), 2);
}

#[test]
fn scripts_without_spaces_are_not_called_empty() {
    let packet = Packet {
        summary: "二百五十USDC出金未着".into(),
        expected: "一時間以内に着金する".into(),
        actual: "一日経っても残高が増えない".into(),
        tried: "エクスプローラで確認済み".into(),
        ..good()
    };
    assert!(check(&packet).is_ok());
}

#[test]
fn what_the_ticket_knows_is_filled_in() {
    let shown = |question: Question| match question {
        Question::Happened => "What happened?",
        Question::Goal => "What did you want to do?",
        _ => "?",
    };
    let answers = vec![
        Answer {
            question: "What did you want to do?".into(),
            text: "Withdraw".into(),
        },
        Answer {
            question: "What happened?".into(),
            text: format!("Stuck since noon\nsee {HASH}"),
        },
    ];
    let ticket = Ticket { answers, ..ticket() };
    let packet = prefilled(
        &ticket,
        &["looked it up".into()],
        &[format!("my address: {ADDRESS} and {HASH}")],
        shown,
    );
    assert_eq!(packet.summary, "Stuck since noon");
    assert_eq!(packet.expected, "Withdraw");
    assert_eq!(packet.tried, "looked it up");
    assert_eq!(packet.references, format!("{HASH}\n{ADDRESS}"));
}

#[test]
fn a_key_typed_into_a_packet_is_replaced_and_counted() {
    let key = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ";
    let (packet, removed) = from_typed(|field| if field == "actual" { key } else { "plain" });
    assert_eq!(removed, 1);
    assert!(!packet.actual.contains("5Hue"), "{}", packet.actual);
    assert_eq!(packet.tried, "plain");
}

proptest! {
    #[test]
    fn no_text_makes_the_checks_panic(parts in prop::array::uniform5(".{0,80}")) {
        let [summary, expected, actual, tried, references] = parts;
        let packet = Packet { summary, expected, actual, tried, references };
        if let Err(lacks) = check(&packet) {
            prop_assert!(!lacks.is_empty());
        }
    }
}
