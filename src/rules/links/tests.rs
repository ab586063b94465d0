//! What counts as a link, and where it leads.

use super::super::normalise::hints::hints;
use super::super::normalise::{Reading, plain};
use super::{How, Links};

/// Host, source text and how of every link.
fn links(text: &str) -> Vec<(String, String, u16)> {
    let traits = plain::read(text, &mut Reading::default());
    let mut links = Links::default();
    links.read(
        text,
        traits,
        &hints(text, traits),
        text.to_lowercase().contains(" dot "),
    );
    links
        .all
        .iter()
        .map(|link| {
            (
                links.host(link).to_owned(),
                text[link.span.clone()].to_owned(),
                link.how,
            )
        })
        .collect()
}

fn hosts(text: &str) -> Vec<String> {
    links(text).into_iter().map(|(host, ..)| host).collect()
}

fn invites(text: &str) -> Vec<String> {
    let traits = plain::read(text, &mut Reading::default());
    let mut links = Links::default();
    links.read(text, traits, &hints(text, traits), false);
    links
        .all
        .iter()
        .filter_map(|link| links.invite(link))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_link_is_found_however_it_is_written() {
    for written in [
        "https://evil-drainer.example/claim",
        "HTTPS://EVIL-DRAINER.EXAMPLE/claim",
        "https://evil-drainer.example./claim",
        "https://evil-drainer.example:8443/claim",
        "https:\\\\evil-drainer.example/claim",
        "https:/evil-drainer.example/claim",
        "https:evil-drainer.example",
        "hxxps://evil-drainer.example/claim",
        "https://discord.com@evil-drainer.example/",
        "https://evil%2Ddrainer%2Eexample/claim",
        "100% legit https://evil-drainer%2Eexample/claim",
        "https://evil-\u{200b}drainer.example/claim",
        "https://evil-drainer\u{3002}example",
        "https://ｅｖｉｌ-drainer.example",
        "www.evil-drainer.example",
        "evil-drainer.example",
        "evil-drainer[.]example",
        "evil-drainer (dot) example",
        "evil-drainer dot example",
        "evil-drainer . e x a m p l e",
        "evil-drainer .example/claim",
        "<https://evil-\ndrainer.example>",
        "> <htt\n> ps://evi\n> l-drainer\n> .example>",
        "https://evil-**drainer**.example",
        "see [this](https://evil-drainer.example \"official\")",
        "(https://evil-drainer.example)",
        "https://evil-drainer.example, really",
    ] {
        assert!(
            hosts(written)
                .iter()
                .any(|host| host.ends_with("evil-drainer.example")),
            "{written}: {:?}",
            links(written)
        );
    }
}

#[test]
fn one_link_never_hides_another() {
    assert_eq!(
        hosts("https://youtube.com/x https://evil.example and bad.example/y"),
        ["youtube.com", "evil.example", "bad.example"]
    );
}

#[test]
fn names_that_only_look_like_hosts_are_left_alone() {
    for written in [
        "v1.2.rc please update node.js and main.rs and Cargo.lock",
        "my node is on 192.168.1.10:8545 and 127.0.0.1",
        "e.g. this, i.e. that... and so on.Then more",
        "foo.bar() and console.info(x) and list.sort()",
        "mail me: someone@mail.example",
        "I like it. So do you.",
        "price is 3.50 or 2.com",
        "hello . me too",
        "localhost:8080 http://localhost/x",
        "src/main.rs ./run.sh a/b.md",
    ] {
        assert_eq!(
            hosts(written)
                .into_iter()
                .filter(|host| host != "2.com")
                .collect::<Vec<_>>(),
            Vec::<String>::new(),
            "{written}"
        );
    }
}

#[test]
fn a_messenger_is_found_through_the_spaces_in_its_address() {
    for written in [
        "write to t . me / alpha_calls",
        "t .me/alpha_calls",
        "T . ME /alpha_calls",
        "t.\u{200b}me/alpha_calls",
    ] {
        assert_eq!(hosts(written), ["t.me"], "{written}");
    }
    assert_eq!(hosts("my shop . com is open"), ["shop.com"]);
    for harmless in ["tell . me / why", "it works . app is fine", "so . me too"] {
        assert!(hosts(harmless).is_empty(), "{harmless}: {:?}", hosts(harmless));
    }
}

#[test]
fn an_invitation_is_found_in_every_form_and_promotions_are_none() {
    for written in [
        "discord.gg/EXAMPLE",
        "https://discord.gg/EXAMPLE",
        "discordapp.com/invite\\EXAMPLE",
        "https://discord.gg/%45XAMPLE",
        "discord\u{3002}gg/EXAMPLE",
        "discord%2Egg/EXAMPLE",
        "https://discord.com/inv%69te/EXAMPLE",
        "discord .gg/EXAMPLE",
        "discord.\u{200b}gg/EXAMPLE",
        "OPEN TICKET -> discord.gg/EXAMPLE",
        "<https://discord.\ngg/EXAMPLE>",
        "x\n\n> ><ht\n> tp\n> s\n> :////\\\\@@di\n> sco\n> rd.\n> gg/EXAMPLE>>",
    ] {
        assert_eq!(invites(written), ["EXAMPLE"], "{written}: {:?}", links(written));
    }
    assert!(invites("https://promos.discord.gg/abc and discord.com/channels/1/2 and discord.gg").is_empty());
}

#[test]
fn a_masked_link_is_seen_at_both_ends() {
    let how = |text: &str| links(text).first().map_or(0, |(.., how)| *how);
    let both = How::MASKED | How::MISMATCH;
    assert_eq!(
        how("[steamcommunity.com/gift/50](https://evil.example/claim)") & both,
        both
    );
    assert_eq!(how("[https://opensea.io](https://evil.example)") & both, both);
    assert_eq!(how("[оре\u{43d}sea.io](<https://evil.example>)") & both, both);
    assert_eq!(how("[Claim](https://evil.example)") & both, How::MASKED);
    assert_eq!(
        how("[docs.site.example](https://www.site.example/docs)") & both,
        How::MASKED
    );
    assert_eq!(
        links("[steamcommunity.com/gift/50](https://evil.example/claim)").len(),
        1
    );
}

#[test]
fn what_only_cleaning_shows_is_marked() {
    let how = |text: &str| links(text).first().map_or(0, |(.., how)| *how);
    assert_ne!(how("https://evil-\u{200b}drainer.example") & How::CLEANED, 0);
    assert_ne!(
        how("evil .example/x") & How::SPACED,
        0,
        "{:?}",
        links("evil .example/x")
    );
    assert_ne!(how("evil[.]example") & How::DEFANGED, 0);
    assert_ne!(how("https://a.example@evil.example") & How::USERINFO, 0);
    assert_ne!(
        how("http://3232235777/") | how("http://8.8.8.8/x") & How::ADDRESS,
        0
    );
    assert_ne!(how("https://xn--unswap-5va.example") & How::IDN, 0);
    assert_eq!(how("https://site.example/a%20b"), How::SCHEME);
}

#[test]
fn a_span_leads_to_the_link_as_it_was_written() {
    let text = "go to evil-drainer[.]example/x now";
    assert_eq!(links(text)[0].1, "evil-drainer[.]example/x");
    let text = "see [this](https://evil.example/a) ok";
    assert_eq!(links(text)[0].1, "[this](https://evil.example/a");
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_search_for_links(text in "\\PC{0,50}|[a-z\\[\\]().:/%@<>\\\\ \\n*|0-9\u{200b}\u{3002}é]{0,60}") {
        for (_, _, _) in links(&text) {}
    }

    #[test]
    fn a_link_is_found_in_any_surroundings(before in "[a-zA-Z0-9 ,!?]{0,20}", after in "[ ,!?][a-zA-Z0-9 ,!?]{0,20}") {
        let text = format!("{before} https://evil.example/x{after}");
        proptest::prop_assert!(hosts(&text).contains(&"evil.example".to_owned()), "{}", text);
    }
}
