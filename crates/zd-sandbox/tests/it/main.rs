//! The sandbox from its clients' side: raw requests, exact answers, in-process and over a socket.

mod support;

mod smoke;
