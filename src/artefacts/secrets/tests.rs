//! Secrets in every form people paste them, and the ordinary text that must stay as it is.
//!
//! The phrases and keys are those published with BIP-39, BIP-32 and the wiki's WIF article, or were made for these
//! tests; none ever held funds.

use super::*;
use ed25519_dalek::SigningKey;
use proptest::prelude::*;

mod keys;
mod phrases;
mod services;

const PHRASE: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";
const LONG_PHRASE: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon \
                           abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon \
                           abandon art";
const EVM_KEY: &str = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318";
const WIF: &str = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ";
const WIF_COMPRESSED: &str = "KwdMAjGmerYanjeui5SHS7JkmpZvVipYvB2LJGU1ZxJwYvP98617";
const XPRV: &str = "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGt\
                    RBeJgk33yuGBxrMPHi";

fn kinds(text: &str) -> Vec<SecretKind> {
    find(text).into_iter().map(|secret| secret.kind).collect()
}

/// The text with its masks shortened to what they say.
fn shown(text: &str) -> String {
    redact(text)
        .text
        .split('.')
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(".")
}

fn keypair() -> [u8; 64] {
    SigningKey::from_bytes(&[7; 32]).to_keypair_bytes()
}

#[test]
fn a_seed_phrase_is_found_however_it_is_laid_out() {
    let words: Vec<&str> = PHRASE.split(' ').collect();
    let numbered = |form: fn(usize, &str) -> String, between: &str| {
        words
            .iter()
            .enumerate()
            .map(|(n, word)| form(n + 1, word))
            .collect::<Vec<_>>()
            .join(between)
    };
    for text in [
        PHRASE.to_owned(),
        PHRASE.to_uppercase(),
        words.join("\n"),
        words.join(", "),
        words.join(" - "),
        words.join(" | "),
        words.join("   "),
        format!("```\n{PHRASE}\n```"),
        format!("> {}", words.join("\n> ")),
        format!("||{PHRASE}||"),
        numbered(|n, word| format!("{n}. {word}"), "\n"),
        numbered(|n, word| format!("{n}) {word}"), " "),
        numbered(|n, word| format!("{n}{word}"), " "),
        numbered(|n, word| format!("word {n}: {word}"), ", "),
        numbered(|_, word| format!("**{word}**"), " "),
        words.join(" and "),
        words.join(" \u{1f511} "),
        words.join("\u{a0}"),
        words.concat(),
        words.join("\u{200b} "),
        PHRASE.replace('e', "e\u{200d}"),
        PHRASE
            .chars()
            .map(|c| {
                if c == ' ' {
                    '\u{3000}'
                } else {
                    char::from_u32(c as u32 + 0xfee0).unwrap()
                }
            })
            .collect(),
        PHRASE
            .chars()
            .map(|c| {
                if c == ' ' {
                    ' '
                } else {
                    char::from_u32(c as u32 - 'a' as u32 + 0x1d41a).unwrap()
                }
            })
            .collect(),
    ] {
        assert_eq!(kinds(&text), [SecretKind::SeedPhrase], "{text}");
    }
}

#[test]
fn a_seed_phrase_is_cut_out_of_the_sentence_around_it() {
    assert_eq!(
        shown(&format!(
            "hi is this right? my words: {PHRASE} -- the app says invalid"
        )),
        "hi is this right? my words: [seed phrase removed.] -- the app says invalid"
    );
    assert_eq!(
        kinds(&format!("{LONG_PHRASE}\nthat is all 24")),
        [SecretKind::SeedPhrase]
    );
}

#[test]
fn the_whole_run_of_list_words_is_taken() {
    let text = format!("ocean {PHRASE} river");
    assert_eq!(
        find(&text),
        [SecretSpan {
            kind: SecretKind::SeedPhrase,
            span: 0..text.len()
        }]
    );
}

#[test]
fn list_words_in_alphabetical_order_without_a_checksum_are_left_alone() {
    assert_eq!(
        kinds("able about above absent absorb abstract absurd abuse access accident account accuse"),
        []
    );
}

#[test]
fn eleven_words_are_no_phrase() {
    assert_eq!(kinds(PHRASE.trim_end_matches(" yellow")), []);
}

#[test]
fn wallet_import_keys_are_found_by_their_checksum() {
    assert_eq!(kinds(&format!("import {WIF} please")), [SecretKind::Wif]);
    assert_eq!(kinds(&format!("`{WIF_COMPRESSED}`")), [SecretKind::Wif]);
    assert_eq!(kinds(&WIF.replace('5', "6")), []);
}

#[test]
fn extended_private_keys_are_found_and_public_ones_are_not() {
    assert_eq!(kinds(XPRV), [SecretKind::ExtendedKey]);
    assert_eq!(
        kinds(&XPRV.replace("HEK3", "HEK4")),
        [SecretKind::ExtendedKey],
        "mistyped, still nearly the key"
    );
    assert_eq!(kinds(&XPRV.replace("xprv9s21", "xpub661M")), []);
}

#[test]
fn bare_hexadecimal_is_a_key_until_the_context_calls_it_public() {
    assert_eq!(kinds(EVM_KEY), [SecretKind::EvmKey]);
    assert_eq!(
        kinds(&format!("what is this {}", EVM_KEY.to_uppercase())),
        [SecretKind::EvmKey]
    );
    for public in [
        format!("txid {EVM_KEY}"),
        format!("my transaction: {EVM_KEY} is stuck"),
        format!("sha256 {EVM_KEY} file.zip"),
        format!("https://blockstream.info/{EVM_KEY}"),
        format!("https://example.org/tx/{EVM_KEY}"),
        format!("{EVM_KEY} is the block it was mined in"),
        format!("0x{EVM_KEY}"),
        format!("hash 0x{EVM_KEY}"),
        format!("public key {EVM_KEY}"),
        format!("my btc withdrawal {EVM_KEY} is pending since yesterday"),
        format!("never share a private key! the tx is {EVM_KEY}"),
        format!("I kept my private key safe, txid: {EVM_KEY}"),
    ] {
        assert_eq!(kinds(&public), [], "{public}");
    }
    for secret in [
        format!("my wallet is blocked, {EVM_KEY}"),
        format!("scanned it, now it reads {EVM_KEY}"),
        format!("at the border they asked for {EVM_KEY}"),
    ] {
        assert_eq!(kinds(&secret), [SecretKind::EvmKey], "{secret}");
    }
}

#[test]
fn prefixed_hexadecimal_is_a_key_only_where_the_text_says_so() {
    for secret in [
        format!("my private key is 0x{EVM_KEY}"),
        format!("pk: 0x{EVM_KEY}"),
        format!("PRIVATE_KEY=0x{EVM_KEY}"),
        format!("0x{EVM_KEY} <- private key"),
        format!("the transaction failed, here is my private key {EVM_KEY}"),
        format!("my private key for this wallet address: {EVM_KEY}"),
        format!("the private key won't sign the transaction: 0x{EVM_KEY}"),
        format!("pk of the blocked wallet, in the image too: 0x{EVM_KEY}"),
    ] {
        assert_eq!(kinds(&secret), [SecretKind::EvmKey], "{secret}");
    }
}

#[test]
fn a_solana_key_pair_is_told_from_a_signature() {
    let pair = keypair();
    assert_eq!(
        kinds(&bs58::encode(pair).into_string()),
        [SecretKind::SolanaKeypair]
    );
    let mut signature = pair;
    signature[63] ^= 1;
    assert_eq!(kinds(&bs58::encode(signature).into_string()), []);
}

#[test]
fn a_solana_key_file_is_found_with_and_without_its_brackets() {
    let numbers: Vec<String> = keypair().iter().map(u8::to_string).collect();
    for text in [
        format!("[{}]", numbers.join(",")),
        format!("[{}]", numbers.join(", ")),
        format!("id.json:\n{}", numbers.join(",\n")),
    ] {
        assert_eq!(kinds(&text), [SecretKind::SolanaKeypair], "{text}");
    }
    assert_eq!(kinds(&numbers[..63].join(", ")), []);
}

#[test]
fn bech32_private_keys_are_found() {
    let hrp = bech32::Hrp::parse("nsec").unwrap();
    let key = bech32::encode::<bech32::Bech32>(hrp, &[9; 32]).unwrap();
    assert_eq!(kinds(&format!("nostr {key}")), [SecretKind::Bech32Key]);
}

#[test]
fn bot_tokens_and_webhooks_are_found() {
    // Assembled, so that no scanner of repositories takes this file for a leak.
    let token = [
        "MTIzNDU2Nzg5MDEyMzQ1Njc4",
        "GabcDe",
        "abcdefghijklmnopqrstuvwxyz0123456789AB",
    ]
    .join(".");
    assert_eq!(
        kinds(&format!("DISCORD_TOKEN={token}")),
        [SecretKind::DiscordToken]
    );
    let webhook = format!(
        "https://discord.com/api/webhooks/123456789012345678/{}",
        "aB3_".repeat(17)
    );
    assert_eq!(kinds(&format!("post to <{webhook}>")), [SecretKind::WebhookUrl]);
    assert_eq!(
        kinds("https://discord.com/developers/docs/resources/webhook#execute-webhook-and-more"),
        []
    );
}

#[test]
fn every_webhook_of_a_piece_of_json_is_replaced() {
    let hook = |n: u8| {
        let token = format!("{n}B3_").repeat(17);
        format!("\"https://discord.com/api/webhooks/12345678901234567{n}/{token}\"")
    };
    let hooks: Vec<String> = (0..6).map(hook).collect();
    let text = format!("{{\"see\":\"/docs/webhooks/\",\"hooks\":[{}]}}", hooks.join(","));
    let redacted = redact(&text);
    assert_eq!(redacted.found.len(), 6, "{}", redacted.text);
    assert!(!redacted.text.contains("B3_"), "{}", redacted.text);
    assert_eq!(find(&redacted.text), [], "{}", redacted.text);
}

#[test]
fn a_commit_is_no_key_because_keys_are_spoken_of_but_what_is_called_one_is() {
    const COMMIT: &str = "3f1c9a7be02d4856c1e7aa90b4d3f6128e5c7d90";
    for talk in [
        format!("the api key check was removed in {COMMIT}"),
        format!("{COMMIT} renames the api key setting"),
    ] {
        assert_eq!(kinds(&talk), [], "{talk}");
    }
    assert_eq!(kinds(&format!("my api key: {COMMIT}")), [SecretKind::ExchangeKey]);
}

#[test]
fn two_secrets_are_both_replaced_and_offsets_stay_true() {
    let text = format!("a {WIF} b {PHRASE} c https://example.com");
    let redacted = redact(&text);
    assert_eq!(redacted.found.len(), 2);
    assert_eq!(redacted.text.len(), text.len());
    assert_eq!(redacted.text.find("https://"), text.find("https://"));
    assert!(!redacted.text.contains("winner") && !redacted.text.contains("5Hue"));
}

#[test]
fn a_clean_text_is_borrowed() {
    let redacted = redact("gm, is the bridge slow today or is it only me? it has been an hour");
    assert!(matches!(redacted.text, Cow::Borrowed(_)));
}

#[test]
fn ordinary_messages_are_left_alone() {
    let Some(texts) = shared_texts(&[
        "texts_ham.jsonl",
        "texts_ham_docs.jsonl",
        "texts_sms_generic.jsonl",
        "texts_spam_generic.jsonl",
    ]) else {
        return;
    };
    for text in &texts {
        assert_eq!(find(text), [], "{text}");
    }
    // The same sentences in other company: every neighbouring pair, so that runs may grow over an end.
    for pair in texts.windows(2) {
        let joined = pair.join(" ");
        assert_eq!(find(&joined), [], "{joined}");
    }
    assert!(texts.len() > 5_000, "only {} texts", texts.len());
}

#[test]
fn every_published_bip39_vector_is_found() {
    let Some(file) = shared_file("vectors/bip39_trezor_vectors.json") else {
        return;
    };
    let vectors: serde_json::Value = serde_json::from_str(&file).unwrap();
    for vector in vectors["english"].as_array().unwrap() {
        let phrase = vector[1].as_str().unwrap();
        assert_eq!(kinds(phrase), [SecretKind::SeedPhrase], "{phrase}");
        assert_eq!(kinds(vector[3].as_str().unwrap()), [SecretKind::ExtendedKey]);
    }
}

/// A file of the data beside the project; `None` where that is absent as a whole.
fn shared_file(name: &str) -> Option<String> {
    let data = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"));
    if !data.is_dir() {
        eprintln!("skipped: {} is not there", data.display());
        return None;
    }
    let file = std::fs::read_to_string(data.join(name));
    Some(file.unwrap_or_else(|error| panic!("{name} is missing beside the other data: {error}")))
}

fn shared_texts(files: &[&str]) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    for file in files {
        let lines = shared_file(file)?;
        texts.extend(lines.lines().map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["text"]
                .as_str()
                .unwrap()
                .to_owned()
        }));
    }
    Some(texts)
}

/// Text that is full of what secrets are made of.
fn secretish() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(PHRASE.to_owned()),
        Just("abandon ".repeat(11)),
        Just(EVM_KEY.to_owned()),
        Just(WIF.to_owned()),
        Just(XPRV.to_owned()),
        "[a-z]{1,9}",
        "[0-9a-f]{60,68}",
        "[1-9A-HJ-NP-Za-km-z]{40,90}",
        "([0-9]{1,3}, ){60,70}",
        "\\PC{0,12}",
        Just("\u{200b}".to_owned()),
        Just("private key ".to_owned()),
        Just("seed phrase ".to_owned()),
        Just("tx ".to_owned()),
    ];
    prop::collection::vec(
        (piece, prop_oneof![Just(""), Just(" "), Just("\n"), Just(", ")]),
        0..12,
    )
    .prop_map(|pieces| pieces.into_iter().map(|(piece, gap)| piece + gap).collect())
}

proptest! {
    #[test]
    fn redacting_keeps_the_length_and_leaves_nothing_to_find(text in secretish()) {
        let redacted = redact(&text);
        prop_assert_eq!(redacted.text.len(), text.len());
        prop_assert_eq!(find(&redacted.text), []);
        for pair in redacted.found.windows(2) {
            prop_assert!(pair[0].span.end <= pair[1].span.start);
        }
    }

    #[test]
    fn any_text_is_searched_without_a_panic(text in any::<String>()) {
        let _ = redact(&text);
    }

    #[test]
    fn a_phrase_with_a_right_checksum_is_always_found(entropy in prop::array::uniform16(any::<u8>()), tail in "[ a-z]{0,60}") {
        let phrase = bip39::Mnemonic::from_entropy(&entropy).unwrap().to_string();
        let text = format!("{tail} .x. {phrase} .x. {tail}");
        let redacted = redact(&text);
        prop_assert!(!redacted.text.contains(&phrase));
    }
}
