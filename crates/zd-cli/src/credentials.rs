//! Which account, and who we are: from the environment only, never from a flag's value.

use zd_transport::Credentials;
use zd_users::BaseUrl;

use crate::codes;
use crate::environment::Environment;
use crate::failure::Failure;

/// What the environment says about the account.
#[derive(Debug)]
pub(crate) struct Login {
    /// The account.
    pub(crate) base: BaseUrl,
    /// Who we are.
    pub(crate) credentials: Credentials,
    /// What the user should know about these credentials.
    pub(crate) warning: Option<&'static str>,
}

/// How requests are signed, without the secret itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// `Authorization: Bearer …`
    Bearer,
    /// An API token of a user.
    ApiToken,
    /// A user's password.
    Password,
}

const API_TOKEN_WARNING: &str = "API tokens stop working on 2027-04-30; use an OAuth client instead (ZD_CLIENT_ID, ZD_CLIENT_SECRET)";

const HOW: &str =
    "set ZD_SUBDOMAIN=acme with ZD_CLIENT_ID and ZD_CLIENT_SECRET (or ZD_OAUTH_TOKEN)";

/// The account and the credentials.
///
/// `command` is what the user typed, for the suggestion to rehearse it.
pub(crate) fn login(
    base_url: Option<&str>,
    environment: &Environment,
    command: &str,
) -> Result<Login, Failure> {
    let base = base(base_url, environment)?;
    let credentials = credentials(environment)?;
    let rehearse = format!("or try it without an account:  {command} --sandbox");
    match (base, credentials) {
        (Some(base), Some(credentials)) => {
            let warning =
                matches!(credentials, Credentials::ApiToken { .. }).then_some(API_TOKEN_WARNING);
            Ok(Login {
                base,
                credentials,
                warning,
            })
        }
        (None, Some(_)) => Err(Failure::new(
            &codes::INCOMPLETE_CREDENTIALS,
            "the account's address is missing",
        )
        .why("there are credentials in the environment, but neither ZD_SUBDOMAIN nor ZD_BASE_URL")
        .fix(format!(
            "set ZD_SUBDOMAIN=acme (for acme.zendesk.com), {rehearse}"
        ))),
        (Some(base), None) => Err(Failure::new(
            &codes::NO_CREDENTIALS,
            format!("no credentials for {}", base.authority()),
        )
        .why("none of ZD_CLIENT_ID, ZD_OAUTH_TOKEN, ZD_API_TOKEN and ZD_PASSWORD is set")
        .fix(format!(
            "set ZD_CLIENT_ID and ZD_CLIENT_SECRET (or ZD_OAUTH_TOKEN), {rehearse}"
        ))),
        (None, None) => Err(
            Failure::new(&codes::NO_CREDENTIALS, "no account and no credentials")
                .why("zd reads them from the environment, and none of its variables is set")
                .fix(format!("{HOW}, {rehearse}")),
        ),
    }
}

/// The account's address, if one is given.
pub(crate) fn base(
    base_url: Option<&str>,
    environment: &Environment,
) -> Result<Option<BaseUrl>, Failure> {
    if let Some(url) = base_url.map(str::trim).filter(|url| !url.is_empty()) {
        return url.parse().map(Some).map_err(|error| {
            // Behind an `@` there may be a password before it.
            let shown = if url.contains('@') {
                "the address"
            } else {
                url
            };
            Failure::new(
                &codes::ADDRESS,
                format!("{shown} cannot be used as the account's"),
            )
            .why(format!("{error}"))
        });
    }
    for name in ["ZD_SUBDOMAIN", "ZENDESK_SUBDOMAIN"] {
        if let Some(subdomain) = environment.get(name) {
            let host = subdomain.strip_prefix("https://").unwrap_or(&subdomain);
            let host = host.strip_suffix('/').unwrap_or(host);
            let host = host.strip_suffix(".zendesk.com").unwrap_or(host);
            return BaseUrl::subdomain(host).map(Some).map_err(|error| {
                Failure::new(
                    &codes::ADDRESS,
                    format!("{name}={subdomain:?} cannot be used"),
                )
                .why(format!("{error}"))
            });
        }
    }
    Ok(None)
}

/// The first set of credentials that is begun: it must be complete.
fn credentials(environment: &Environment) -> Result<Option<Credentials>, Failure> {
    let get = |names: &[&str]| names.iter().find_map(|name| environment.get(name));
    let email = || get(&["ZD_EMAIL", "ZENDESK_EMAIL"]);
    let incomplete = |has: &str, lacks: &str| {
        Failure::new(
            &codes::INCOMPLETE_CREDENTIALS,
            format!("{lacks} is missing"),
        )
        .why(format!("{has} is set, and goes with {lacks}"))
        .fix(format!("set {lacks}, or unset {has}"))
    };
    match (get(&["ZD_CLIENT_ID"]), get(&["ZD_CLIENT_SECRET"])) {
        (Some(client_id), Some(client_secret)) => {
            return Ok(Some(Credentials::ClientCredentials {
                client_id,
                client_secret: client_secret.into(),
                scope: Some("read write".to_owned()),
            }));
        }
        (Some(_), None) => return Err(incomplete("ZD_CLIENT_ID", "ZD_CLIENT_SECRET")),
        (None, Some(_)) => return Err(incomplete("ZD_CLIENT_SECRET", "ZD_CLIENT_ID")),
        (None, None) => {}
    }
    if let Some(token) = get(&["ZD_OAUTH_TOKEN", "ZENDESK_OAUTH_TOKEN"]) {
        return Ok(Some(Credentials::Bearer(token.into())));
    }
    if let Some(token) = get(&["ZD_API_TOKEN", "ZENDESK_API_TOKEN"]) {
        let email = email().ok_or_else(|| incomplete("ZD_API_TOKEN", "ZD_EMAIL"))?;
        // People who know the API's own spelling write `me@example.com/token`.
        let email = email.strip_suffix("/token").unwrap_or(&email).to_owned();
        return Ok(Some(Credentials::ApiToken {
            email,
            token: token.into(),
        }));
    }
    if let Some(password) = get(&["ZD_PASSWORD"]) {
        let email = email().ok_or_else(|| incomplete("ZD_PASSWORD", "ZD_EMAIL"))?;
        return Ok(Some(Credentials::Password {
            email,
            password: password.into(),
        }));
    }
    if email().is_some() {
        return Err(incomplete("ZD_EMAIL", "ZD_API_TOKEN")
            .fix("set ZD_API_TOKEN, or better ZD_CLIENT_ID and ZD_CLIENT_SECRET: API tokens stop working on 2027-04-30"));
    }
    Ok(None)
}

/// How requests would be signed with what the environment says; a bearer token if it says nothing.
pub(crate) fn scheme(environment: &Environment) -> Scheme {
    match credentials(environment) {
        Ok(Some(Credentials::ApiToken { .. })) => Scheme::ApiToken,
        Ok(Some(Credentials::Password { .. })) => Scheme::Password,
        _ => Scheme::Bearer,
    }
}

#[cfg(test)]
mod tests {
    use super::{Credentials, Environment, login};

    fn check(pairs: &[(&str, &str)]) -> Result<super::Login, (String, String)> {
        login(None, &Environment::of(pairs), "zd import people.csv")
            .map_err(|failure| (failure.code.code.to_owned(), failure.what.clone()))
    }

    #[test]
    fn an_oauth_client_wins_over_a_token_and_that_over_an_api_token() {
        let all = [
            ("ZD_SUBDOMAIN", "acme"),
            ("ZD_CLIENT_ID", "id"),
            ("ZD_CLIENT_SECRET", "secret"),
            ("ZD_OAUTH_TOKEN", "token"),
            ("ZD_EMAIL", "me@example.com"),
            ("ZD_API_TOKEN", "token"),
            ("ZD_PASSWORD", "password"),
        ];
        let kind = |pairs: &[(&str, &str)]| check(pairs).unwrap().credentials;
        assert!(matches!(kind(&all), Credentials::ClientCredentials { .. }));
        let without = |names: &[&str]| -> Vec<_> {
            all.into_iter()
                .filter(|(name, _)| !names.contains(name))
                .collect()
        };
        let client = ["ZD_CLIENT_ID", "ZD_CLIENT_SECRET"];
        assert!(matches!(kind(&without(&client)), Credentials::Bearer(_)));
        let oauth = ["ZD_CLIENT_ID", "ZD_CLIENT_SECRET", "ZD_OAUTH_TOKEN"];
        assert!(matches!(
            kind(&without(&oauth)),
            Credentials::ApiToken { .. }
        ));
        let tokens = [
            "ZD_CLIENT_ID",
            "ZD_CLIENT_SECRET",
            "ZD_OAUTH_TOKEN",
            "ZD_API_TOKEN",
        ];
        assert!(matches!(
            kind(&without(&tokens)),
            Credentials::Password { .. }
        ));
    }

    #[test]
    fn an_api_token_is_warned_about_with_its_last_day() {
        let login = check(&[
            ("ZENDESK_SUBDOMAIN", "https://acme.zendesk.com/"),
            ("ZENDESK_EMAIL", "me@example.com/token"),
            ("ZENDESK_API_TOKEN", " token\n"),
        ])
        .unwrap();
        assert!(login.warning.unwrap().contains("2027-04-30"));
        assert_eq!(login.base.authority(), "acme.zendesk.com");
        assert!(
            matches!(login.credentials, Credentials::ApiToken { email, .. } if email == "me@example.com")
        );
    }

    #[test]
    fn an_incomplete_set_says_what_is_missing() {
        for (pairs, code, what) in [
            (vec![], "ZD2001", "no account and no credentials"),
            (
                vec![("ZD_SUBDOMAIN", "acme")],
                "ZD2001",
                "no credentials for acme.zendesk.com",
            ),
            (
                vec![("ZD_OAUTH_TOKEN", "t")],
                "ZD2002",
                "the account's address is missing",
            ),
            (
                vec![("ZD_CLIENT_ID", "t")],
                "ZD2002",
                "ZD_CLIENT_SECRET is missing",
            ),
            (
                vec![("ZD_CLIENT_SECRET", "t")],
                "ZD2002",
                "ZD_CLIENT_ID is missing",
            ),
            (vec![("ZD_EMAIL", "t")], "ZD2002", "ZD_API_TOKEN is missing"),
            (vec![("ZD_API_TOKEN", "t")], "ZD2002", "ZD_EMAIL is missing"),
            (
                vec![("ZD_PASSWORD", "t"), ("ZD_EMAIL", "  ")],
                "ZD2002",
                "ZD_EMAIL is missing",
            ),
            (
                vec![("ZD_SUBDOMAIN", "a.b"), ("ZD_OAUTH_TOKEN", "t")],
                "ZD1002",
                "ZD_SUBDOMAIN=\"a.b\" cannot be used",
            ),
        ] {
            assert_eq!(
                check(&pairs).unwrap_err(),
                (code.to_owned(), what.to_owned())
            );
        }
    }

    #[test]
    fn credentials_never_travel_in_the_clear() {
        let environment = Environment::of(&[("ZD_OAUTH_TOKEN", "t")]);
        let base = |url| login(Some(url), &environment, "zd").map(|login| login.base.to_string());
        assert_eq!(
            base("http://acme.zendesk.com").unwrap_err().code.code,
            "ZD1002"
        );
        assert_eq!(
            base("http://127.0.0.1:8787").unwrap(),
            "http://127.0.0.1:8787"
        );
    }
}
