//! `--print curl`: a request as a command that anyone can run.

use bytes::Bytes;
use http::Request;
use zd_users::BaseUrl;

use crate::credentials::Scheme;

/// The command, with `$ZD_TOKEN` in place of the secret.
pub(crate) fn command(request: &Request<Bytes>, base: Option<&BaseUrl>, scheme: Scheme) -> String {
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", http::uri::PathAndQuery::as_str);
    let url = match base {
        Some(base) => quote(&format!("{base}{path}")),
        None => format!("\"https://$ZD_SUBDOMAIN.zendesk.com\"{}", quote(path)),
    };
    let mut parts = vec![format!("curl --request {} {url}", request.method())];
    parts.push(
        match scheme {
            Scheme::Bearer => r#"--header "Authorization: Bearer $ZD_TOKEN""#,
            Scheme::ApiToken => r#"--user "$ZD_EMAIL/token:$ZD_TOKEN""#,
            Scheme::Password => r#"--user "$ZD_EMAIL:$ZD_TOKEN""#,
        }
        .to_owned(),
    );
    // How the answer travels is between our client and Zendesk.
    let headers =
        (request.headers().iter()).filter(|(name, _)| *name != http::header::ACCEPT_ENCODING);
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        parts.push(format!("--header {}", quote(&format!("{name}: {value}"))));
    }
    if !request.body().is_empty() {
        let body = String::from_utf8_lossy(request.body());
        parts.push(format!("--data-raw {}", quote(&body)));
    }
    parts.join(" \\\n  ") + "\n"
}

/// A text as one word of a shell.
pub(crate) fn quote(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use zd_model::UserInput;
    use zd_users::Endpoint as _;
    use zd_users::endpoints::{CreateOrUpdate, ShowUser};

    use super::{Scheme, command, quote};

    #[test]
    fn a_word_survives_the_shell() {
        for (text, word) in [
            ("", "''"),
            ("a-b", "a-b"),
            ("a b", "'a b'"),
            ("it's $HOME", r"'it'\''s $HOME'"),
        ] {
            assert_eq!(quote(text), word);
        }
    }

    #[test]
    fn the_secret_is_a_variable_and_the_body_is_there() {
        let user = UserInput {
            email: Some("o'hara@example.com".to_owned()),
            ..UserInput::default()
        };
        let request = CreateOrUpdate::new(&user).build().unwrap();
        let base = "https://acme.zendesk.com".parse().unwrap();
        assert_eq!(
            command(&request, Some(&base), Scheme::ApiToken),
            "curl --request POST https://acme.zendesk.com/api/v2/users/create_or_update \\\n  \
             --user \"$ZD_EMAIL/token:$ZD_TOKEN\" \\\n  \
             --header 'accept: application/json' \\\n  \
             --header 'content-type: application/json' \\\n  \
             --data-raw '{\"user\":{\"email\":\"o'\\''hara@example.com\"}}'\n"
        );
        let request = ShowUser::new(zd_model::UserId::new(42)).build().unwrap();
        assert!(command(&request, None, Scheme::Bearer).starts_with(
            "curl --request GET \"https://$ZD_SUBDOMAIN.zendesk.com\"/api/v2/users/42 \\\n  --header \"Authorization: Bearer $ZD_TOKEN\""
        ));
    }
}
