//! The records that calls need to be there. The seed's people are used once each, so that cases do not disturb each other.

use std::time::Duration;

use anyhow::{Context as _, bail};
use serde_json::{Value, json};
use zd_model::operation::Method;

use super::api::{Api, Call, Caller};

impl Api {
    /// A user of the seed whom no other case has seen, and of whom this holds.
    pub(crate) fn person_where(&self, holds: fn(&Value) -> bool) -> anyhow::Result<Value> {
        let mut people = self.people.borrow_mut();
        if people.is_empty() {
            for page in ["1", "2"] {
                let list = format!("/api/v2/users?role=end-user&per_page=100&page={page}");
                let list = self.get(&list)?;
                people.extend(list["users"].as_array().into_iter().flatten().cloned());
            }
        }
        let place = people
            .iter()
            .position(holds)
            .context("the seed has no more such people")?;
        Ok(people.remove(place))
    }

    /// The same, with an organization and without a phone.
    pub(crate) fn person(&self) -> anyhow::Result<Value> {
        self.person_where(|user| user["phone"].is_null() && !user["organization_id"].is_null())
    }

    /// The id of such a user.
    pub(crate) fn person_id(&self) -> anyhow::Result<String> {
        id(&self.person()?)
    }

    /// The address of such a user and their id.
    pub(crate) fn person_by_email(&self) -> anyhow::Result<(String, String)> {
        let person = self.person()?;
        let email = person["email"]
            .as_str()
            .context("a person without an address")?;
        Ok((email.to_owned(), id(&person)?))
    }

    /// The id of a softly deleted user.
    pub(crate) fn deleted_id(&self) -> anyhow::Result<String> {
        self.deleted(&self.person()?)
    }

    /// The id of a user of the seed who is deleted softly now.
    pub(crate) fn deleted(&self, person: &Value) -> anyhow::Result<String> {
        let id = id(person)?;
        self.ask(Method::Delete, "/api/v2/users/{id}", &Call::of([&id]))?;
        Ok(id)
    }

    /// The id of the seed's agent.
    pub(crate) fn agent_id(&self) -> anyhow::Result<String> {
        id(&self.get("/api/v2/users?role=agent")?["users"][0])
    }

    /// The ids of a user and of an address that was added to them, verified or not.
    pub(crate) fn identity(&self, verified: bool) -> anyhow::Result<[String; 2]> {
        let user = self.person_id()?;
        let body =
            json!({"identity": {"type": "email", "value": self.address(), "verified": verified}});
        let call = Call::of([&user]).body(body);
        let added = self.ask(Method::Post, "/api/v2/users/{id}/identities", &call)?;
        Ok([user, id(&added["identity"])?])
    }

    /// The ids of some organizations of the seed.
    pub(crate) fn organizations(&self) -> anyhow::Result<Vec<String>> {
        let list = self.get("/api/v2/organizations")?;
        let list = list["organizations"]
            .as_array()
            .context("no organizations")?;
        list.iter().map(id).collect()
    }

    /// The id of an organization that nobody is in.
    pub(crate) fn new_organization(&self) -> anyhow::Result<String> {
        let call = Call::plain().body(json!({"organization": {"name": self.name("Organization")}}));
        let made = self.ask(
            Method::Post,
            "/api/v2/organizations/create_or_update",
            &call,
        )?;
        id(&made["organization"])
    }

    /// The ids of a user, of an organization beside their default one, and of the membership.
    pub(crate) fn organization_membership(&self) -> anyhow::Result<[String; 3]> {
        let (user, organization) = (self.person_id()?, self.new_organization()?);
        let body = json!({"organization_membership": {"user_id": number(&user)?, "organization_id": number(&organization)?}});
        let call = Call::of([&user]).body(body);
        let path = "/api/v2/users/{id}/organization_memberships";
        let made = self.ask(Method::Post, path, &call)?;
        Ok([user, organization, id(&made["organization_membership"])?])
    }

    /// The id of a user who was made an agent.
    pub(crate) fn new_agent(&self) -> anyhow::Result<String> {
        let user = self.person_id()?;
        let call = Call::of([&user]).body(json!({"user": {"role": "agent"}}));
        self.ask(Method::Put, "/api/v2/users/{id}", &call)?;
        Ok(user)
    }

    /// The id of a group: that of the seed's agent in which new agents are not.
    pub(crate) fn group_id(&self) -> anyhow::Result<String> {
        let call = Call::of([self.agent_id()?]);
        let list = self.ask(Method::Get, "/api/v2/users/{id}/groups", &call)?;
        id(&list["groups"][1])
    }

    /// The ids of a new agent and of their membership in a group.
    pub(crate) fn group_membership(&self) -> anyhow::Result<[String; 2]> {
        let (user, group) = (self.new_agent()?, self.group_id()?);
        let body =
            json!({"group_membership": {"user_id": number(&user)?, "group_id": number(&group)?}});
        let call = Call::of([&user]).body(body);
        let made = self.ask(Method::Post, "/api/v2/users/{id}/group_memberships", &call)?;
        Ok([user, id(&made["group_membership"])?])
    }

    /// The id of a new dropdown field, and of its first option.
    pub(crate) fn dropdown(&self) -> anyhow::Result<[String; 2]> {
        let key = self.name("dropdown");
        let options = json!([{"name": "One", "value": format!("{key}_one")}, {"name": "Two", "value": format!("{key}_two")}]);
        let field = json!({"type": "dropdown", "key": key, "title": "A choice", "custom_field_options": options});
        let call = Call::plain().body(json!({"user_field": field}));
        let made = self.ask(Method::Post, "/api/v2/user_fields", &call)?;
        let field = &made["user_field"];
        Ok([id(field)?, id(&field["custom_field_options"][0])?])
    }

    /// The id of a job that has ended.
    pub(crate) fn job_id(&self) -> anyhow::Result<String> {
        let users = json!([{"name": self.name("Job"), "email": self.address()}]);
        let call = Call::plain().body(json!({"users": users}));
        let path = "/api/v2/users/create_or_update_many";
        self.ended(&self.ask(Method::Post, path, &call)?)
    }

    /// Waits for the job of an answer; its id.
    pub(crate) fn ended(&self, answer: &Value) -> anyhow::Result<String> {
        let id = answer["job_status"]["id"]
            .as_str()
            .context("an answer without a job")?;
        for _ in 0..100 {
            let job = self.ask(Method::Get, "/api/v2/job_statuses/{id}", &Call::of([id]))?;
            if !matches!(
                job["job_status"]["status"].as_str(),
                Some("queued" | "working")
            ) {
                return Ok(id.to_owned());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("the job {id} does not end")
    }

    /// Someone who signed in with a password, and the ids of them and of their session.
    pub(crate) fn session(&self) -> anyhow::Result<(Caller, [String; 2])> {
        let (email, user) = self.person_by_email()?;
        let call = Call::of([&user]).body(json!({"password": "long-enough-1"}));
        self.ask(Method::Post, "/api/v2/users/{id}/password", &call)?;
        let caller = Caller::Password(email, "long-enough-1".to_owned());
        let me = Call::plain().by(caller.clone());
        self.ask(Method::Get, "/api/v2/users/me", &me)?;
        let list = self.ask(
            Method::Get,
            "/api/v2/users/{id}/sessions",
            &Call::of([&user]),
        )?;
        let session =
            id(&list["sessions"][0]).context("signing in with a password began no session")?;
        Ok((caller, [user, session]))
    }

    /// A name that nothing has yet.
    pub(crate) fn name(&self, what: &str) -> String {
        self.named.set(self.named.get() + 1);
        format!("{what}_{}", self.named.get())
    }

    /// An address that nobody has yet.
    pub(crate) fn address(&self) -> String {
        format!("{}@contract.example", self.name("person"))
    }
}

/// The id of a record, as text.
pub(crate) fn id(record: &Value) -> anyhow::Result<String> {
    match &record["id"] {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        _ => bail!("no id in {record}"),
    }
}

/// An id as a number.
pub(crate) fn number(id: &str) -> anyhow::Result<u64> {
    id.parse().with_context(|| format!("{id:?} is no number"))
}
