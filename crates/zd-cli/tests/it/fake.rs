//! A server that answers as a test says, also in ways that no sandbox would: it breaks off, talks nonsense, is silent.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// A request, as far as tests care.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: String,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// Method and path without the query.
    pub(crate) fn call(&self) -> String {
        let path = self.path.split('?').next().unwrap_or_default();
        format!("{} {path}", self.method)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// What to do about a request.
pub(crate) enum Answer {
    /// A status, header lines and a body.
    Reply(u16, Vec<(&'static str, String)>, String),
    /// Closes the connection without a word.
    Close,
    /// These bytes, then closes.
    Raw(&'static [u8]),
    /// Says nothing and keeps the connection.
    Silence,
}

impl Answer {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::Reply(
            status,
            vec![("content-type", "application/json; charset=utf-8".to_owned())],
            body.to_string(),
        )
    }

    pub(crate) fn text(status: u16, kind: &str, body: &str) -> Self {
        Self::Reply(
            status,
            vec![("content-type", kind.to_owned())],
            body.to_owned(),
        )
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Self::Reply(_, headers, _) = &mut self {
            headers.push((name, value.to_owned()));
        }
        self
    }
}

/// The server; it lives as long as the test.
pub(crate) struct Fake {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Fake {
    /// Answers each request by this function.
    pub(crate) fn start(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (Arc::clone(&seen), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                std::thread::spawn(move || serve(stream, &log, &*answer));
            }
        });
        Self { url, seen }
    }

    /// An account in which the caller is an admin; everything else is answered by this function.
    pub(crate) fn account(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        Self::start(move |request| match request.call().as_str() {
            "GET /api/v2/users/me" => Answer::json(
                200,
                &json!({"user": {"id": 1, "name": "Admin", "role": "admin", "email": "admin@example.com"}}),
            ),
            // It has no custom fields.
            call if call.starts_with("GET /api/v2/user_fields") => {
                Answer::json(200, &json!({"user_fields": []}))
            }
            _ => answer(request),
        })
    }

    /// The requests so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    /// How many requests there were of this method and path.
    pub(crate) fn count(&self, call: &str) -> usize {
        self.requests()
            .iter()
            .filter(|request| request.call() == call)
            .count()
    }
}

fn serve(stream: TcpStream, log: &Mutex<Vec<Request>>, answer: &dyn Fn(&Request) -> Answer) {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader) {
        log.lock().unwrap().push(request.clone());
        let stream = reader.get_mut();
        match answer(&request) {
            Answer::Reply(status, headers, body) => {
                let mut head = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\n", body.len());
                for (name, value) in headers {
                    head.push_str(&format!("{name}: {value}\r\n"));
                }
                let sent = stream.write_all(format!("{head}\r\n{body}").as_bytes());
                if sent.is_err() {
                    return;
                }
            }
            Answer::Close => return,
            Answer::Raw(bytes) => {
                let _gone = stream.write_all(bytes);
                return;
            }
            Answer::Silence => {
                let _until_the_client_gives_up = stream.read(&mut [0; 1]);
                return;
            }
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut words = first.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (mut headers, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok()?;
        }
        headers.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request {
        method,
        path,
        headers,
        body,
    })
}
