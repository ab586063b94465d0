//! Private keys in any disguise: broken up, quoted, behind invisible characters, in other languages' company.

use proptest::prelude::*;

use super::*;

/// `key` in pieces of `width` characters.
fn broken(key: &str, width: usize, between: &str) -> String {
    let letters: Vec<char> = key.chars().collect();
    let pieces: Vec<String> = letters
        .chunks(width)
        .map(|piece| piece.iter().collect())
        .collect();
    pieces.join(between)
}

fn hex_of(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}

#[test]
fn keys_broken_over_lines_or_in_groups_are_found() {
    let solana = bs58::encode(keypair()).into_string();
    for (key, kind) in [
        (WIF, SecretKind::Wif),
        (WIF_COMPRESSED, SecretKind::Wif),
        (XPRV, SecretKind::ExtendedKey),
        (solana.as_str(), SecretKind::SolanaKeypair),
        (EVM_KEY, SecretKind::EvmKey),
    ] {
        for text in [
            broken(key, 32, "\n"),
            broken(key, 40, " "),
            broken(key, 26, "\n> "),
            broken(key, 8, " "),
            format!("here it is:\n{}\nwhat is wrong with it", broken(key, 16, "\n")),
            format!("private key {}", broken(key, 8, " ")),
        ] {
            assert_eq!(kinds(&text), [kind], "{text}");
            let redacted = redact(&text);
            assert!(!redacted.text.contains(&key[..8]) && !redacted.text.contains(&key[key.len() - 3..]));
        }
    }
}

#[test]
fn pieces_of_public_things_are_left_alone() {
    for text in [
        format!("tx hash {}", broken(EVM_KEY, 32, "\n")),
        format!("0x{}", broken(EVM_KEY, 32, "\n")),
        format!("dump: {}", broken(EVM_KEY, 2, " ")),
        "call 0891 234 5678 or 0171 2345678, 0800 123456 and 030 1234567 after 18 h, not 19 h".to_owned(),
        "let fooBar1 = getX2(barBaz3); setTimeout1(callBack2, 500ms); useState3(initialValue4, other5)"
            .to_owned(),
        "bd2f 4411 is the build, cafe 1234 the other one and 0000 1111 2222 3333 4444 5555 the rest"
            .to_owned(),
    ] {
        assert_eq!(kinds(&text), [], "{text}");
    }
}

#[test]
fn the_context_is_read_in_other_languages() {
    for secret in [
        "моя приватная: 0x",
        "我的私钥是 0x",
        "mi clave privada: 0x",
        "la mia chiave privata è 0x",
    ] {
        let text = format!("{secret}{EVM_KEY}");
        assert_eq!(kinds(&text), [SecretKind::EvmKey], "{text}");
    }
    for public in ["хеш транзакции ", "交易哈希 "] {
        let text = format!("{public}{EVM_KEY}");
        assert_eq!(kinds(&text), [], "{text}");
    }
}

#[test]
fn pem_blocks_of_private_keys_are_found_and_certificates_are_not() {
    let body = ["MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg"; 3].join("\n");
    // Assembled, so that no scanner of repositories takes this file for a leak.
    let block = |label: &str| format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----");
    for label in [
        "PRIVATE KEY",
        "EC PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
        "RSA PRIVATE KEY",
    ] {
        let text = format!("my key:\n{}\nthanks", block(label));
        assert_eq!(kinds(&text), [SecretKind::PemKey], "{text}");
        assert!(!redact(&text).text.contains("MIGH"));
        assert!(redact(&text).text.ends_with("\nthanks"));
    }
    let cut_off = block("PRIVATE KEY").replace("-----END PRIVATE KEY-----", "");
    assert_eq!(kinds(&cut_off), [SecretKind::PemKey]);
    assert_eq!(kinds(&block("CERTIFICATE")), []);
    assert_eq!(kinds(&block("PUBLIC KEY")), []);
}

#[test]
fn thirty_two_bytes_in_base58_are_a_key_only_where_they_are_called_one() {
    let seed = bs58::encode([0xe7; 32]).into_string();
    assert_eq!(seed.len(), 44);
    assert_eq!(
        kinds(&format!("private key: {seed}")),
        [SecretKind::SolanaKeypair]
    );
    assert_eq!(kinds(&format!("import this token {seed}")), []);
    assert_eq!(
        kinds(&format!("my private key is safe, the address is {seed}")),
        []
    );
}

#[test]
fn a_key_pair_in_hexadecimal_proves_itself() {
    let hex = hex_of(&keypair());
    assert_eq!(kinds(&hex), [SecretKind::SolanaKeypair]);
    let mut signature = keypair();
    signature[63] ^= 1;
    let hex = hex_of(&signature);
    assert_eq!(kinds(&hex), []);
}

#[test]
fn thirty_two_numbers_are_a_key_where_the_text_says_so() {
    let numbers: Vec<String> = keypair()[..32].iter().map(u8::to_string).collect();
    let array = format!("[{}]", numbers.join(", "));
    assert_eq!(kinds(&format!("secret key {array}")), [SecretKind::SolanaKeypair]);
    assert_eq!(kinds(&array), []);
}

/// A key of a kind, freshly made.
fn key() -> impl Strategy<Value = (SecretKind, String)> {
    let bytes = prop::array::uniform32(any::<u8>());
    (0..5_usize, bytes).prop_map(|(kind, bytes)| match kind {
        0 => {
            let payload = [&[0x80][..], &bytes, &[1]].concat();
            (SecretKind::Wif, bs58::encode(payload).with_check().into_string())
        }
        1 => {
            let payload = [&[0x04, 0x88, 0xad, 0xe4][..], &[3; 9], &bytes, &[0], &bytes].concat();
            (
                SecretKind::ExtendedKey,
                bs58::encode(payload).with_check().into_string(),
            )
        }
        2 => {
            let pair = SigningKey::from_bytes(&bytes).to_keypair_bytes();
            (SecretKind::SolanaKeypair, bs58::encode(pair).into_string())
        }
        3 => {
            let pair = SigningKey::from_bytes(&bytes).to_keypair_bytes();
            let numbers: Vec<String> = pair.iter().map(u8::to_string).collect();
            (SecretKind::SolanaKeypair, numbers.join(","))
        }
        _ => {
            let hex = hex_of(&bytes);
            (SecretKind::EvmKey, hex)
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_key_of_any_kind_is_found_in_any_disguise((kind, key) in key(), disguise in 0..6_usize) {
        let array = key.contains(',');
        let disguised = match disguise {
            0 => key.clone(),
            1 => format!("`{key}`"),
            2 => format!("help!! {key}\nplease"),
            3 => format!("||{key}|| \u{1f511}"),
            4 => format!("{}\u{200b}{}", &key[..9], &key[9..]),
            _ if array => key.replace(',', ",\n  "),
            _ => broken(&key, 32, "\n"),
        };
        let found = kinds(&disguised);
        // Bytes that are all alike in class (only digits, say) may break the shape; they come once in millions.
        prop_assert_eq!(found, vec![kind], "{}", disguised);
        prop_assert!(!redact(&disguised).text.contains(&key[9..25]));
    }

    #[test]
    fn a_signature_is_never_taken_for_a_key(bytes in prop::collection::vec(any::<u8>(), 64), width in 20..90_usize) {
        let signature = bs58::encode(bytes).into_string();
        prop_assert_eq!(kinds(&signature), []);
        prop_assert_eq!(kinds(&broken(&signature, width, "\n")), []);
    }
}
