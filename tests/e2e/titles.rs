//! Titles of threads and first messages of forum posts: what goes with them, and what others wrote there.

use fake_discord::actors::Person;
use fake_discord::ids::Id;

use crate::night::{HARMLESS, another_scam, everything_in, night, timed_out};
use crate::surfaces::{card_with, somebody_new};

#[tokio::test]
async fn a_scam_in_a_thread_s_title_takes_the_thread_with_it() {
    type Begins = fn(&Person, &str) -> Id;
    let ways: [(&str, Begins); 3] = [
        ("a thread", |author, title| {
            author.starts_thread("general", title).unwrap().id
        }),
        ("a thread on a message", |author, title| {
            let said = author.says("general", HARMLESS).unwrap();
            author.starts_thread_from(&said, title).unwrap().id
        }),
        ("a forum post", |author, title| {
            let (post, _) = author.posts_in_forum("help-forum", title, HARMLESS).unwrap();
            post.id
        }),
    ];
    night(async |night| {
        for (way, begins) in ways {
            let author = somebody_new(night);
            let thread = begins(&author, &another_scam());
            night
                .discord
                .wait_for(format!("{way} to be gone"), |state| {
                    (!state.channels.contains_key(&thread)).then_some(())
                })
                .await;
            let card = everything_in(&card_with(night, &author.id.to_string()).await);
            assert!(card.contains("in thread_name"), "{way}: {card}");
        }
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_thread_in_which_others_write_loses_its_scam_of_a_title_alone_and_gets_a_harmless_one_back() {
    night(async |night| {
        let author = night.member("mallory");
        let thread = author.starts_thread("general", "which pool is best?").unwrap().id;
        let reply = night.member("bob").says(thread, HARMLESS).unwrap();
        let title = another_scam();
        author.renames_thread(thread, &title).unwrap();
        let is_named = async |name: &str| {
            night
                .discord
                .wait_for(format!("the thread to be named {name}"), |state| {
                    let named = state.channels.get(&thread)?.name.as_deref() == Some(name);
                    named.then_some(())
                })
                .await;
        };
        is_named("(title removed)").await;
        let card = night.review_card().await;
        assert!(
            night.discord.message(&reply).deleted_at.is_none(),
            "others' words stay"
        );
        night.dm_to("mallory").await;
        night.presses("max", &card, "v1:restore").await;
        is_named(&title).await;
        night.dm_to("mallory").await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_forum_post_that_is_edited_into_a_scam_loses_its_text_and_keeps_its_answers() {
    night(async |night| {
        let author = somebody_new(night);
        let (post, starter) = author
            .posts_in_forum("help-forum", "which pool is best?", HARMLESS)
            .unwrap();
        let reply = night.member("bob").says(post.id, HARMLESS).unwrap();
        author.edits(&starter, &another_scam()).unwrap();
        night.discord.until_deleted(&starter).await;
        night.review_card().await;
        assert!(
            night.discord.message(&reply).deleted_at.is_none(),
            "others' words stay"
        );
        assert!(night.discord.state().channels.contains_key(&post.id));
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_removed_forum_post_is_not_promised_back_and_its_author_is_asked_to_post_it_again() {
    night(async |night| {
        let (post, starter) = night
            .member("mallory")
            .posts_in_forum("help-forum", "which pool is best?", &another_scam())
            .unwrap();
        night.discord.mark_read(&starter);
        night
            .discord
            .wait_for("the post to be gone", |state| {
                (!state.channels.contains_key(&post.id)).then_some(())
            })
            .await;
        let card = night.review_card().await;
        night.dm_to("mallory").await;
        let answer = night.presses("max", &card, "v1:restore").await;
        assert!(answer.contains("A removed thread cannot be put back"), "{answer}");
        let told = everything_in(&night.dm_to("mallory").await);
        assert!(told.contains("please post it again"), "{told}");
        let mallory = night.member("mallory").id;
        night
            .discord
            .wait_for("the rest to be undone", |state| {
                (!timed_out(state, mallory)).then_some(())
            })
            .await;
    })
    .await;
}
