"""A mail server that takes everything and remembers who got what."""

import re
import socketserver
import threading
import time

# So long a mail takes, which makes it likelier that something falls between its sending and its noting.
TAKES = 0.02


class Letterbox(socketserver.ThreadingTCPServer):
    """Takes mail on loopback: a list of (recipient, Message-ID)."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Session)
        self.lock = threading.Lock()
        self.mails = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"127.0.0.1:{self.server_address[1]}"

    def taken(self):
        with self.lock:
            return list(self.mails)


class Session(socketserver.StreamRequestHandler):
    """One connection (RFC 5321)."""

    def handle(self):
        try:
            self.talk()
        except OSError:
            # The sender fell.
            pass

    def say(self, *lines):
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def talk(self):
        recipients = []
        self.say("220 letterbox")
        for raw in self.rfile:
            line = raw.decode().strip()
            verb = line.upper()
            if verb.startswith("EHLO"):
                self.say("250-letterbox", "250-8BITMIME", "250 SMTPUTF8")
            elif verb.startswith("RCPT TO:"):
                recipients.append(re.search(r"<(.*?)>", line).group(1))
                self.say("250 ok")
            elif verb == "DATA":
                self.say("354 go on")
                message_id = self.read_text()
                time.sleep(TAKES)
                with self.server.lock:
                    self.server.mails += [(recipient, message_id) for recipient in recipients]
                recipients = []
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def read_text(self):
        """The Message-ID of a text that is read to its end."""
        message_id = None
        for raw in self.rfile:
            line = raw.rstrip(b"\r\n")
            if line == b".":
                if message_id is None:
                    raise OSError("a mail without Message-ID")
                return message_id
            name, _, value = line.decode(errors="replace").partition(":")
            if message_id is None and name.lower() == "message-id":
                message_id = value.strip()
        raise OSError("broke off")
