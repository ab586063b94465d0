//! Invitations by the dozen: a foreign one does not hide behind many, and nobody uses up what others' messages need.
//!
//! That an invitation is judged by where it leads is tested in `surfaces.rs`.

use fake_discord::ids::Id;

use crate::night::{Night, night};
use crate::surfaces::{card_with, somebody_new};

/// What makes a foreign invitation a scam.
const LURE: &str = "hot girls are waiting for you at discord.gg/elsewhere";

/// So many invitations of this guild, as a member would post them.
fn own_invitations(night: &Night, many: usize) -> String {
    let general = night.discord.channel("general").id;
    let mut codes = Vec::new();
    for number in 0..many {
        let code = format!("ours{number}");
        night
            .discord
            .state()
            .add_invite(&code, general, None)
            .expect("the channel is there");
        codes.push(format!("discord.gg/{code}"));
    }
    codes.join(" ")
}

fn questions(night: &Night) -> usize {
    let asked = night.discord.rest().record.all();
    asked
        .iter()
        .filter(|request| request.path.contains("/invites/"))
        .count()
}

async fn until_removed_with_card(night: &Night, message: Id, author: Id) {
    night
        .discord
        .wait_for("the foreign invitation to be removed", |state| {
            state.messages[&message].deleted_at.map(|_| ())
        })
        .await;
    card_with(night, &author.to_string()).await;
    night.until_idle().await;
    night.discord.mark_all_read();
}

#[tokio::test]
async fn a_foreign_invitation_behind_nine_of_our_own_is_found_at_once() {
    night(async |night| {
        night.discord.state().add_foreign_invite("elsewhere", "Elsewhere");
        let own = own_invitations(night, 9);
        let author = somebody_new(night);
        let said = author.says("general", &format!("{own} {LURE}")).unwrap();
        until_removed_with_card(night, said.id, author.id).await;
        assert_eq!(questions(night), 10);
    })
    .await;
}

#[tokio::test]
async fn a_foreign_invitation_behind_more_than_are_asked_about_at_once_is_found_a_little_later() {
    night(async |night| {
        night.discord.state().add_foreign_invite("elsewhere", "Elsewhere");
        let own = own_invitations(night, 12);
        let author = somebody_new(night);
        let said = author.says("general", &format!("{own} {LURE}")).unwrap();
        until_removed_with_card(night, said.id, author.id).await;
        assert_eq!(questions(night), 13, "what is known is not asked again");
    })
    .await;
}

#[tokio::test]
async fn a_member_who_posts_invitations_by_the_dozen_does_not_use_up_what_others_messages_need() {
    night(async |night| {
        night.discord.state().add_foreign_invite("elsewhere", "Elsewhere");
        let mallory = night.member("mallory");
        for message in 0..10 {
            let codes: Vec<String> = (0..10)
                .map(|code| format!("discord.gg/none{message}x{code}"))
                .collect();
            mallory.says("general", &codes.join(" ")).unwrap();
        }
        let author = somebody_new(night);
        let said = author.says("general", LURE).unwrap();
        until_removed_with_card(night, said.id, author.id).await;
        assert!(
            (2..=17).contains(&questions(night)),
            "100 codes led to {} questions",
            questions(night)
        );
    })
    .await;
}
