//! What every command has: the output, the global flags, the environment.

use std::sync::Arc;

use zd_sandbox::Sandbox;
use zd_transport::{Credentials, HyperConfig, HyperTransport, SharedTransport};
use zd_users::{BaseUrl, Client};

use crate::args::{GlobalArgs, PrintChoice};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output::{Out, Printer};
use crate::wire::Wire;
use crate::{codes, credentials, curl, sandbox};

/// What every command has.
pub(crate) struct Context {
    /// Where output goes.
    pub(crate) out: Out,
    /// How records are written.
    pub(crate) printer: Printer,
    /// The global flags.
    pub(crate) global: GlobalArgs,
    /// The process's environment.
    pub(crate) environment: Environment,
    /// What the user typed, for suggestions.
    pub(crate) typed: String,
}

/// An account, and a client that is signed in to it.
pub(crate) struct Account {
    /// The client.
    pub(crate) client: Client,
    /// The account's name for people: its host, or `sandbox`.
    pub(crate) name: String,
}

impl Account {
    /// A call of this account that gave no result.
    pub(crate) fn failure(&self, error: &zd_users::Error) -> Failure {
        Failure::call(&self.name, error)
    }
}

impl Context {
    /// The account that the flags and the environment name; a rehearsal's sandbox is started here.
    pub(crate) fn account(&self) -> Result<Account, Failure> {
        if self.global.sandbox {
            return self.rehearsal();
        }
        let login = credentials::login(
            self.global.base_url.as_deref(),
            &self.environment,
            &self.typed,
        )?;
        if let Some(warning) = login.warning {
            self.out.warn(warning);
        }
        let hyper = HyperTransport::new(HyperConfig::default()).map_err(|error| {
            Failure::new(&codes::CONNECT, "the network cannot be set up").caused_by(&error)
        })?;
        let name = login.base.authority().to_owned();
        let client = self.client(login.base, login.credentials, Arc::new(hyper))?;
        Ok(Account { client, name })
    }

    /// A sandbox in this process. Credentials of the environment are not even looked at.
    fn rehearsal(&self) -> Result<Account, Failure> {
        let sandbox = sandbox::rehearsal();
        let base: BaseUrl = "http://localhost".parse().map_err(|error| {
            Failure::new(&codes::INTERNAL, "the sandbox has no address").caused_by(&error)
        })?;
        let client = self.client(
            base,
            Credentials::Bearer(zd_sandbox::OAUTH_TOKEN.into()),
            Sandbox::transport(&sandbox),
        )?;
        Ok(Account {
            client,
            name: "sandbox".to_owned(),
        })
    }

    fn client(
        &self,
        base: BaseUrl,
        credentials: Credentials,
        transport: SharedTransport,
    ) -> Result<Client, Failure> {
        let transport = match self.global.verbose {
            0 => transport,
            _ => Arc::new(Wire::new(transport, self.out.clone())),
        };
        Client::builder(base)
            .credentials(credentials)
            .retry(crate::wire::retry(&self.out))
            .user_agent(concat!("zd/", env!("CARGO_PKG_VERSION")))
            .transport(transport)
            .build()
            .map_err(|error| {
                Failure::new(&codes::INTERNAL, "the client cannot be set up").caused_by(&error)
            })
    }

    /// Whether this flag stood on the command line.
    pub(crate) fn was_typed(&self, flag: &str) -> bool {
        let mut words = self.typed.split_whitespace();
        words.any(|word| word.split('=').next() == Some(flag))
    }

    /// Whether to print the request instead of sending it.
    pub(crate) fn prints_curl(&self) -> bool {
        self.global.print == Some(PrintChoice::Curl)
    }

    /// Prints the curl command of this endpoint's request.
    pub(crate) fn print_curl(&self, endpoint: &impl zd_users::Endpoint) -> Result<(), Failure> {
        if self.global.sandbox {
            return Err(Failure::usage("--print curl does not go with --sandbox")
                .why("the sandbox of a rehearsal has no address that curl could reach")
                .fix("zd sandbox start, then --base-url with the URL it prints"));
        }
        let base = credentials::base(self.global.base_url.as_deref(), &self.environment)?;
        let request = endpoint
            .build()
            .map_err(|error| Failure::usage(error.to_string()))?;
        self.out.data(&curl::command(
            &request,
            base.as_ref(),
            credentials::scheme(&self.environment),
        ))
    }

    /// For commands that do not send exactly one request.
    pub(crate) fn refuse_print(&self) -> Result<(), Failure> {
        if self.prints_curl() {
            return Err(Failure::usage("--print curl does not go with this command")
                .why("it does not send exactly one request"));
        }
        Ok(())
    }
}
