//! How a page of people travels.

use anyhow::ensure;
use zd_users::endpoints::ListUsers;

use super::listener::Listener;
use super::upserts;
use crate::bench::figures::{Figures, Goal};
use crate::sandbox::Sandbox;

/// As many people are on the page.
const PEOPLE: u32 = 100;

pub(super) async fn measure(sandbox: &Sandbox, figures: &mut Figures) -> anyhow::Result<()> {
    let address = sandbox.url.strip_prefix("http://").unwrap_or_default();
    let listener = Listener::before(address.to_owned()).await?;
    let client = upserts::client(&listener.url)?;
    let page = client.users().list(ListUsers::new().page_size(PEOPLE));
    let page = page.page().await?;
    ensure!(
        page.users.len() == PEOPLE as usize,
        "a page of another size"
    );
    let heard = listener.heard();
    let says = |heard: &[u8], word: &str| {
        let heard = heard.to_ascii_lowercase();
        heard
            .split(|byte| *byte == b'\n')
            .any(|line| String::from_utf8_lossy(line).trim() == word)
    };
    ensure!(
        says(&heard.asked, "accept-encoding: gzip"),
        "gzip is not asked for"
    );
    ensure!(
        says(&heard.answered, "content-encoding: gzip"),
        "the answer is not packed"
    );
    let mut bare = upserts::connection(sandbox).await?;
    let unpacked = bare
        .get(&format!("/api/v2/users?page[size]={PEOPLE}").parse()?)
        .await?;
    let (packed, unpacked) = (heard.answered.len() as f64, unpacked.len() as f64);
    figures.add("a page of 100 people unpacked, bytes", unpacked, None, None);
    figures.add("  as it travels, head and all, bytes", packed, None, None);
    let goal = Some(Goal::AtLeast(2.0));
    figures.add("  times smaller by gzip", unpacked / packed, None, goal);
    Ok(())
}
