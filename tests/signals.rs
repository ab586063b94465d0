//! Each signal by itself: a text that raises it, and one that comes near and does not. The lists are the shipped ones, the
//! rules one for each signal, so that nothing but the signal decides.

use std::fmt::Write as _;
use std::path::Path;

use nightdesk::rules::{Example, Ruleset, Scratch, Signal};

/// What a row is about that is no signal: a host that imitates a protected brand.
const LOOKALIKE: &str = "lookalike";

/// A ruleset with one rule for each signal, named after it, and the shipped lists.
fn listeners() -> Ruleset {
    let mut rules = String::new();
    let listens = Signal::ALL
        .iter()
        .map(|signal| (signal.to_string(), format!("signals = [\"{signal}\"]")));
    let lookalike = (
        LOOKALIKE.to_owned(),
        "lookalikes = [\"@lists/brands.txt\"]".to_owned(),
    );
    for (id, line) in listens.chain([lookalike]) {
        write!(
            rules,
            "[[rule]]\nid = \"{id}\"\ntitle = \"t\"\nwhy = \"w\"\ncategory = \"scam\"\nseverity = \"high\"\nstatus = \"stable\"\n\
             {line}\nphrases = [\"zzqq zzqq\"]\n[rule.examples]\n\
             match = [\"zzqq zzqq\", \"z z q q  z z q q\", \"zz**qq** zzqq\"]\nclean = [\"a\", \"b\", \"c\"]\n"
        )
        .expect("a string takes words");
    }
    let lists = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/lists");
    let mut sources = vec![("test.toml".to_owned(), rules)];
    for entry in std::fs::read_dir(lists).expect("the lists").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with("warnings") {
            let text = std::fs::read_to_string(entry.path()).expect("a list");
            sources.push((format!("lists/{name}"), text));
        }
    }
    let sources: Vec<(&str, &str)> = sources.iter().map(|(name, text)| (&**name, &**text)).collect();
    Ruleset::from_sources(&sources).unwrap_or_else(|errors| panic!("{errors}"))
}

/// An example that is nothing but a text.
fn text(text: &str) -> Example {
    Example {
        text: text.to_owned(),
        ..Example::default()
    }
}

/// Holds a table to the listeners: the signal, what raises it, what does not.
#[track_caller]
fn hold(table: &[(&str, Example, Example)]) {
    let ruleset = listeners();
    let mut scratch = Scratch::new();
    let mut wrong = Vec::new();
    let mut raises = |signal: &str, example: &Example| {
        let verdict = ruleset.try_example(example, &mut scratch);
        verdict.findings.iter().any(|finding| *finding.rule == *signal)
    };
    for (signal, raising, near_miss) in table {
        if !raises(signal, raising) {
            wrong.push(format!("{signal} is not raised by: {}", raising.text));
        }
        if raises(signal, near_miss) {
            wrong.push(format!("{signal} is raised by: {}", near_miss.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The same for rows that are nothing but texts.
#[track_caller]
fn hold_texts(table: &[(&str, &str, &str)]) {
    let table: Vec<_> = table
        .iter()
        .map(|(signal, raising, near_miss)| (*signal, text(raising), text(near_miss)))
        .collect();
    hold(&table);
}

#[test]
fn a_link_that_hides_where_it_leads() {
    hold_texts(&[
        (
            "masked-link-mismatch",
            "[steamcommunity.com/gift](https://prize.example)",
            "[our docs](https://prize.example)",
        ),
        (
            "masked-link-mismatch",
            "[оpensea.io](https://prize.example)",
            "[docs.rs/regex](https://docs.rs/regex/latest)",
        ),
        (
            "masked-link",
            "[here](https://prize.example)",
            "[1] https://prize.example",
        ),
        (
            "split-link",
            "<https://prize.\nexample/claim>",
            "look at\nhttps://prize.example",
        ),
        (
            "split-link",
            "> <https:\n> //pri\n> ze.\n> example>",
            "> he wrote\n> https://prize.example\n> and left",
        ),
        (
            "defanged-link",
            "hxxps://prize[.]example",
            "https://prize.example",
        ),
        ("defanged-link", "prize(dot)com", "a (dot) and a comma"),
        (
            "encoded-host",
            "https://prize%2Eexample/x",
            "https://prize.example/a%2Eb",
        ),
        (
            "userinfo-link",
            "https://discord.com@prize.example",
            "https://prize.example/@someone",
        ),
        ("ip-host", "http://203.0.113.7/login", "http://192.168.0.7/login"),
        ("ip-host", "http://3405803783/login", "version 203.0.113.7 of it"),
        (
            "idn-host",
            "https://xn--unswap-5va.example",
            "https://unswap-5va.example",
        ),
        (
            "mixed-script-host",
            "https://unіswap.example",
            "https://пример.example",
        ),
        (
            "mixed-script-host",
            "https://аррӏе.example",
            "https://apple.example",
        ),
        (
            "bare-domain",
            "go to prize.example/x",
            "go to https://prize.example/x",
        ),
        (
            "link-only-after-cleaning",
            "https:prize.example/x",
            "https://prize.example/x",
        ),
        (
            "shortener",
            "https://bit.ly/3abc",
            "https://habit.ly.example/3abc",
        ),
    ]);
}

#[test]
fn a_host_whose_dots_or_letters_are_spaced_out() {
    hold_texts(&[
        ("spaced-domain", "evil dot c o m", "use dot net core"),
        ("spaced-domain", "evil . com", "we met. come back"),
        ("spaced-domain", "e v i l . c o m", "a b c d . e f g"),
        (
            "spaced-domain",
            "moon-drop . top",
            "we play at noon . top lane is mine",
        ),
        ("spaced-domain", "moondrop .vip/now", "add a .vip to your theme"),
        ("spaced-domain", "moondrop . x y z", "the letters x y z"),
        ("spaced-domain", "moondrop .claims", "I bought a .claims domain"),
        ("spaced-domain", "moondrop dot s h o p", "a dot, then the shop"),
        (
            "messenger-link",
            "t . me / some_name",
            "that was t . mean of them",
        ),
    ]);
}

#[test]
fn a_host_that_says_what_it_is() {
    hold_texts(&[
        (LOOKALIKE, "https://rnetamask.example", "https://metamask.io"),
        (LOOKALIKE, "https://unlswap.example", "https://unison.example"),
        (
            LOOKALIKE,
            "https://co11abland.example",
            "https://cc.collab.land/x",
        ),
        (
            "brand-in-host",
            "https://metamask-rewards.example",
            "https://support.metamask.io",
        ),
        (
            "brand-in-host",
            "https://coinbase.login.example",
            "https://phantom-opera.example",
        ),
        ("unknown-link", "https://prize.example", "https://docs.rs"),
        (
            "unknown-link",
            "https://sites.google.com/view/math",
            "https://maps.google.com/x",
        ),
        (
            "unknown-link",
            "https://telegra.ph/Some-page",
            "https://medium.com/@some/page",
        ),
        ("shared-hosting", "https://name.pages.dev", "https://pages.dev"),
        (
            "shared-hosting",
            "https://forms.gle/abc",
            "https://forms.example/abc",
        ),
        (
            "shared-hosting-lure",
            "https://claim-moon.pages.dev",
            "https://my-garden.pages.dev",
        ),
        (
            "shared-hosting-lure",
            "https://sites.google.com/view/claim-moon",
            "https://sites.google.com/view/math-class",
        ),
        (
            "shared-hosting-lure",
            "https://telegra.ph/Free-Airdrop-12-01",
            "https://docs.google.com/document/d/1aBcD",
        ),
        (
            "lure-host",
            "https://claim-airdrop.example",
            "https://claims-department.co.uk",
        ),
        (
            "download-link",
            "https://prize.example/setup.exe",
            "https://prize.example/setup.html",
        ),
    ]);
}

#[test]
fn an_invitation_and_a_host_that_is_denied() {
    let own = |code: &str| Example {
        own_invites: vec!["HOME".to_owned()],
        ..text(code)
    };
    let denied = |link: &str| Example {
        denied_hosts: vec!["evil.example".to_owned()],
        ..text(link)
    };
    hold(&[
        (
            "foreign-invite",
            own("join discord.gg/OTHER"),
            own("join discord.gg/HOME"),
        ),
        (
            "foreign-invite",
            own("https://discord.com/invite/OTHER"),
            own("https://discord.com/channels/1/2"),
        ),
        (
            "listed-host",
            denied("https://a.evil.example/x"),
            denied("https://notevil.example/x"),
        ),
    ]);
}

#[test]
fn bait_that_leads_to_a_private_conversation() {
    hold_texts(&[
        (
            "account-name",
            "write @coach_max now",
            "write me at coach@club.example",
        ),
        (
            "account-name",
            "tele gram : @ some_user",
            "dinner @ noon tomorrow",
        ),
        ("account-name", "contact [@]coachmax", "an [@] sign"),
        (
            "account-name",
            "\u{202e}xam_hcaoc@ etirw\u{202c}",
            "\u{202e}hcaoc eht etirw\u{202c}",
        ),
        (
            "account-name",
            "message (at)trader_nina",
            "jane (at) club (dot) org",
        ),
        (
            "messenger-link",
            "https://t.me/some_name",
            "https://tme.example/some_name",
        ),
        ("messenger-link", "wa.me/15550104567", "wave me over"),
        ("messenger-name", "find me on telegram", "a telegraph from 1900"),
        ("messenger-name", "my Whats App is open", "what is your app"),
        ("messenger-name", "on tele gram", "he tells gram"),
        (
            "phone-number",
            "+1 (929) 555-0147",
            "utc+2 at 10:00, room 555-0147",
        ),
        (
            "phone-number",
            "whatsapp 0044 7000 900 123",
            "the order 0044 7000 900 123",
        ),
        (
            "phone-number",
            "text (555) 010-4567 today",
            "part (555) 010-4567 is sold out",
        ),
        (
            "phone-number",
            "call 555 010 4567",
            "call me on 2024-01-02 at 10:30",
        ),
    ]);
}

#[test]
fn words_that_ask_promise_or_hurry() {
    hold_texts(&[
        (
            "secret-asked",
            "send me your seed phrase",
            "never send anybody your seed phrase",
        ),
        (
            "secret-asked",
            "enter your private key here",
            "where do I find my private key?",
        ),
        (
            "wallet-lure",
            "connect your wallet to go on",
            "my wallet will not connect",
        ),
        (
            "money-multiplied",
            "send 1 get 2 back",
            "send 1 letter, get an answer",
        ),
        (
            "money-multiplied",
            "turn $200 into $2000",
            "I paid $200, not $2000",
        ),
        ("urgency", "last chance, only today", "my last day at work"),
        ("ticket-bait", "open a ticket here", "my ticket for the train"),
        ("money-amount", "I made $500", "chapter 500"),
        ("mention-everyone", "hi @everyone", "hi everyone"),
        ("mention-everyone", "@here look", "look here"),
        ("mixed-script-word", "clаim it", "claim это"),
        (
            "hidden-characters",
            "cl\u{200b}aim",
            "claim 👨\u{200d}👩\u{200d}👧",
        ),
        ("spaced-letters", "c l a i m", "a b or c"),
    ]);
}

#[test]
fn what_the_bot_knows_about_the_author_and_the_place() {
    let plain = || text("good morning");
    hold(&[
        (
            "new-member",
            Example {
                new_member: true,
                ..plain()
            },
            plain(),
        ),
        (
            "first-message",
            Example {
                first_message: true,
                ..plain()
            },
            plain(),
        ),
        (
            "text-elsewhere",
            Example {
                text_elsewhere: true,
                ..plain()
            },
            plain(),
        ),
        (
            "cadence",
            Example {
                cadence: true,
                ..plain()
            },
            plain(),
        ),
        (
            "edited",
            Example {
                edited: true,
                ..plain()
            },
            plain(),
        ),
        (
            "mention-everyone",
            Example {
                mentions_everyone: true,
                ..plain()
            },
            plain(),
        ),
        (
            "new-link",
            Example {
                new_links: true,
                ..text("see https://prize.example")
            },
            Example {
                new_links: true,
                ..text("see https://docs.rs")
            },
        ),
        (
            "new-link",
            Example {
                new_links: true,
                ..text("see https://prize.example")
            },
            text("see https://prize.example"),
        ),
    ]);
}
