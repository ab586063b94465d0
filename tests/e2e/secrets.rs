//! Planted seed phrases and keys, on every surface that a person can reach: gone at once, and nowhere afterwards.

use std::path::Path;

use fake_discord::actors::{Given, MessageDraft};
use serde_json::json;

use crate::night::{Night, button, everything_in, night};

/// A test vector of BIP-39's own list; its checksum holds.
const SEED: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";
/// A private key in wallet import format, from Bitcoin's documentation.
const WIF: &str = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ";
/// Thirty-two bytes in hexadecimal.
const HEX: &str = "8d5366123cb560bb606379f90a0bfd4769eecc0557f1b362dcae9012b548b1e5";
/// What no record, log, request or message of the bot may hold: the secrets, and enough of each to guess the rest.
const TRACES: [&str; 4] = ["sausage worth", "sausage", WIF, "8d5366123cb560bb"];

#[tokio::test]
async fn a_secret_on_any_surface_is_gone_at_once_and_in_no_record_log_card_or_request() {
    night(async |night| {
        let (alice, bob, mallory) = (
            night.member("alice"),
            night.member("bob"),
            night.member("mallory"),
        );
        let hook = night.discord.webhook("general", "prices");
        let edited = mallory.says("trading", "gm").unwrap();
        let numbered = SEED.replace(' ', "\n- ");
        let posted = [
            alice
                .says("general", &format!("my wallet is empty, please help: {SEED}"))
                .unwrap(),
            alice.says("lounge", &numbered).unwrap(),
            alice.says("trading", &SEED.to_uppercase()).unwrap(),
            bob.says("general", &format!("my private key: 0x{HEX} does not import"))
                .unwrap(),
            mallory.edits(&edited, &format!("import {WIF}")).unwrap(),
            bob.sends(
                "general",
                MessageDraft::new().poll(&format!("is {WIF} mine?"), &["yes", "no"]),
            )
            .unwrap(),
            bob.sends(
                "general",
                MessageDraft::text("look").file(&format!("{WIF}.txt"), "x"),
            )
            .unwrap(),
            bob.forwards_from_elsewhere(json!({ "content": SEED }), "general")
                .unwrap(),
            hook.sends(MessageDraft::new().embed(json!({ "title": "backup", "description": SEED }))),
            hook.sends(MessageDraft::new().components_v2(vec![json!({ "type": 10, "content": SEED })])),
        ];
        for message in &posted {
            night.discord.until_deleted(message).await;
        }
        let (post, _) = bob
            .posts_in_forum("help-forum", &format!("lost {WIF}"), "please help")
            .unwrap();
        night
            .discord
            .wait_for("the forum post to be gone", |state| {
                (!state.channels.contains_key(&post.id)).then_some(())
            })
            .await;

        let guide = night.dm_to("alice").await;
        assert!(
            everything_in(&guide).contains("new wallet"),
            "{}",
            everything_in(&guide)
        );
        let form = alice
            .clicks(&guide, &button(&guide, "v1:contest"))
            .unwrap()
            .modal()
            .await;
        let field = form.fields()[0].custom_id.clone();
        let sent = alice
            .submits(&form, &[(&field, &format!("it was only {SEED} of a test"))])
            .unwrap();
        night.answered(&sent).await;
        let options: [(&str, Given); 1] = [("text", format!("{SEED} and {WIF}").into())];
        let test = night
            .member("max")
            .runs_command("mod-log", "rules test", &options)
            .unwrap();
        night.answered(&test).await;

        night.until_idle().await;
        night.discord.mark_all_read();
        night.stops_bot().await;
        holds_no_trace(night);
        assert!(!night.is_timed_out("alice"), "a victim is not punished");
    })
    .await;
}

/// Looks through all that the bot has written: files, requests, messages.
fn holds_no_trace(night: &Night) {
    let mut places = Vec::new();
    files_below(&night.folder(), &mut places);
    for request in night.discord.rest().record.all() {
        let whole = format!(
            "{} {} {:?} {}",
            request.path, request.query, request.files, request.body
        );
        places.push((
            format!("request {} {}", request.number, request.path),
            whole.into_bytes(),
        ));
    }
    assert!(places.len() > 20, "there is something to look through");
    for (place, bytes) in &places {
        let bytes = bytes.to_ascii_lowercase();
        for trace in TRACES {
            let trace = trace.to_ascii_lowercase();
            let found = bytes
                .windows(trace.len())
                .any(|window| window == trace.as_bytes());
            assert!(!found, "a secret stands in {place}");
        }
    }
}

fn files_below(folder: &Path, places: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder)
        .expect("the folder can be read")
        .flatten()
    {
        let path = entry.path();
        if path.is_dir() {
            files_below(&path, places);
        } else {
            places.push((
                path.display().to_string(),
                std::fs::read(&path).expect("the file can be read"),
            ));
        }
    }
}
