//! Tokens with a maker's prefix, and keys of exchanges. All are assembled, so that no scanner of repositories takes this
//! file for a leak.

use proptest::prelude::*;

use super::*;

#[test]
fn tokens_with_a_makers_prefix_are_found() {
    for (prefix, rest) in [
        ("ghp_", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3hJ6"),
        (
            "github_pat_",
            "11ABCDEFG0aB3dE6gH9jK2_mN5pQ8sT1vW4yZ7bC0dF3hJ6kL9nP2rS5tU8wX1zA4cE7gI0",
        ),
        ("glpat-", "aB3dE6gH9jK2mN5pQ8sT"),
        ("xoxb-", "123456789012-1234567890123-aB3dE6gH9jK2mN5pQ8sT1vW4"),
        ("sk_live_", "aB3dE6gH9jK2mN5pQ8sT1vW4"),
        ("AIza", "SyaB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3"),
        ("npm_", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3hJ6"),
        ("hf_", "aBcdEfgHijKlmNopQrsTuvW4yZ7bC0dF3hJ6"),
    ] {
        let token = [prefix, rest].concat();
        for text in [
            token.clone(),
            format!("TOKEN={token}"),
            format!("curl -H 'Authorization: Bearer {token}' https://api.example/v1"),
            format!("é `{token}`"),
        ] {
            assert_eq!(kinds(&text), [SecretKind::AccessToken], "{text}");
            assert!(!redact(&text).text.contains(rest));
        }
    }
    for harmless in [
        "sk-learn-is-a-library-for-machine-learning-in-python-and-it-is-good-enough",
        "npm_config_registry_and_some_other_long_variable_names_here",
        "https://example.com/blog/ghp-is-not-a-token-but-this-slug-is-quite-long-anyway-2024",
        "pk_live_is_the_public_half_of_a_key_pair_and_may_be_shown_1234",
    ] {
        assert_eq!(kinds(harmless), [], "{harmless}");
    }
}

#[test]
fn tokens_of_telegram_bots_are_found() {
    let token = ["123456789", ":AA", "HdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1"].concat();
    assert_eq!(
        kinds(&format!("bot {token} stopped")),
        [SecretKind::TelegramToken]
    );
    assert_eq!(
        kinds(&format!("https://api.telegram.org/bot{token}/getMe")),
        [SecretKind::TelegramToken]
    );
}

#[test]
fn account_tokens_and_other_webhooks_are_found() {
    let multi_factor = ["mfa.", &"aB3dE6gH9j".repeat(8)].concat();
    assert_eq!(kinds(&multi_factor), [SecretKind::AccessToken]);
    let slack = [
        "https://hooks.slack.com/services/",
        "T01234567/B01234567/",
        "aB3dE6gH9jK2mN5pQ8sT1vW4",
    ]
    .concat();
    assert_eq!(kinds(&slack), [SecretKind::AccessToken]);
}

#[test]
fn keys_of_exchanges_are_found_where_the_text_says_what_they_are() {
    let binance = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3hJ6kL9nP2rS5tU8wX1zA4cE7gI0kM3o";
    let kraken = [&"aB3/E6gH9jK+mN5pQ8sT1v".repeat(4)[..86], "=="].concat();
    for text in [
        format!("binance api key: {binance}"),
        format!("API_SECRET={binance}"),
        format!("{binance} is my api secret, why 401"),
        format!("kraken private key {kraken}"),
        "aws secret access key wJ4lrXUtnF3MI9K7MDENGbPxRf5CYzXMPL8KEY01".to_owned(),
    ] {
        assert_eq!(kinds(&text), [SecretKind::ExchangeKey], "{text}");
    }
    assert_eq!(kinds(&format!("what is {binance} ?")), []);
}

proptest! {
    #[test]
    fn a_link_is_no_secret(path in "[a-z0-9]{1,12}(/[a-z0-9-]{1,20}){0,4}", query in "([?][a-z]{1,5}=[a-zA-Z0-9]{1,24})?") {
        let link = format!("https://docs.example.com/{path}{query}");
        prop_assert_eq!(kinds(&link), []);
    }
}
