"""The baseline of the intake benchmark: the same contract as a plain Flask listener would keep it, with one INSERT
and one COMMIT for each request. DATABASE_URL and WEBHOOK_SECRET as for Payhook."""
import hashlib
import hmac
import json
import os
from datetime import datetime

from flask import Flask, jsonify, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.exc import IntegrityError

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
SECRET = os.environ.get("WEBHOOK_SECRET", "test_secret").encode()
db = SQLAlchemy(app)


class WebhookEvent(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    event_id = db.Column(db.String(255), unique=True, nullable=False)
    payment_id = db.Column(db.String(255), index=True, nullable=False)
    event_type = db.Column(db.String(100), nullable=False)
    payload = db.Column(db.Text, nullable=False)
    received_at = db.Column(db.DateTime, default=datetime.utcnow)


if os.environ.get("CREATE_SCHEMA"):
    with app.app_context():
        db.create_all()


@app.post("/webhook/payments")
def receive():
    body = request.get_data()
    signature = request.headers.get("X-Razorpay-Signature", "")
    if not hmac.compare_digest(hmac.new(SECRET, body, hashlib.sha256).hexdigest(), signature):
        return jsonify(error="Invalid signature"), 403
    try:
        event = json.loads(body)
        row = WebhookEvent(event_id=event["id"], event_type=event["event"], payload=body.decode(),
                           payment_id=event["payload"]["payment"]["entity"]["id"])
    except (ValueError, KeyError, TypeError):
        return jsonify(error="Invalid payload structure: Missing required fields"), 400
    try:
        db.session.add(row)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return jsonify(status="duplicate"), 200
    return jsonify(status="success", event_id=event["id"]), 200
