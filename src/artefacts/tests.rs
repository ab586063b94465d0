//! Artefacts against the vectors of their specifications, and against ordinary text.

use super::*;
use proptest::prelude::*;

#[test]
fn eip55_addresses_are_valid_and_a_changed_case_is_not() {
    // The examples of EIP-55 itself.
    for address in [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ] {
        assert_eq!(evm::address(address), Some(Checksum::Valid), "{address}");
        assert_eq!(
            evm::checksummed(&address.to_lowercase()).as_deref(),
            Some(address)
        );
    }
    assert_eq!(
        evm::address("0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
        Some(Checksum::Invalid)
    );
    assert_eq!(
        evm::address("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"),
        Some(Checksum::Absent)
    );
    assert_eq!(evm::address("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae"), None);
}

#[test]
fn an_address_with_the_same_ends_imitates_another() {
    let known = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed";
    assert!(evm::imitates("0x5aae00000000000000000000000000000000eaed", known));
    assert!(
        !evm::imitates("0x5AAEB6053f3e94c9b9a09f33669435e7ef1beaed", known),
        "the same address is no imitation"
    );
    assert!(!evm::imitates(
        "0x5aae00000000000000000000000000000000eaee",
        known
    ));
}

#[test]
fn bitcoin_addresses_of_every_form_are_known() {
    for address in [
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
        "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
    ] {
        assert_eq!(bitcoin::address(address), Some(Checksum::Valid), "{address}");
    }
    assert_eq!(bitcoin::address("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"), None);
    assert_eq!(
        bitcoin::address("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"),
        Some(Checksum::Invalid)
    );
}

#[test]
fn a_bech32m_checksum_on_a_version_zero_program_is_wrong() {
    // BIP-350, "invalid checksum (Bech32m instead of Bech32)".
    let address = "bc1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd";
    assert_eq!(bitcoin::address(address), Some(Checksum::Invalid));
}

#[test]
fn everything_in_a_report_is_found_in_order() {
    let text = "sent 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed, tx \
                0x88df016429689c079f3b2f6ad39fa052532c56795b733da78a91ebe6a713944b; token \
                TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA and 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa.";
    let kinds: Vec<_> = find_all(text).into_iter().map(|found| found.kind).collect();
    assert_eq!(
        kinds,
        [
            ArtefactKind::EvmAddress,
            ArtefactKind::EvmHash,
            ArtefactKind::SolanaAddress,
            ArtefactKind::BitcoinAddress
        ]
    );
}

#[test]
fn a_secret_is_never_an_artefact() {
    let key = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318";
    assert!(find_all(&format!("my private key {key}")).is_empty());
    assert_eq!(
        find_all(&format!("txid {key}"))[0].kind,
        ArtefactKind::BitcoinTxid
    );
}

#[test]
fn words_and_ids_are_no_artefacts() {
    let text = "pneumonoultramicroscopicsilicovolcanoconiosis 1234567890123456789012345678901234567890 \
                https://example.com/AVeryLongPathWithoutAnyDigitsInItAtAll";
    assert_eq!(find_all(text), []);
}

proptest! {
    #[test]
    fn any_text_is_searched_without_a_panic(text in "\\PC{0,300}") {
        for artefact in find_all(&text) {
            prop_assert_eq!(&text[artefact.span.clone()], artefact.value.as_str());
        }
    }

    #[test]
    fn any_words_of_base58_are_classified_without_a_panic(word in "[1-9A-HJ-NP-Za-km-z]{20,130}") {
        let _ = classify(&word);
    }
}
