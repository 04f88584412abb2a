"""Where the installation is, and Avro by its schema registry."""

import os

from confluent_kafka import Consumer, Producer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

BROKERS = os.environ.get("KAFKA_BROKERS", "127.0.0.1:9092")
REGISTRY = os.environ.get("SCHEMA_REGISTRY_URL", "http://127.0.0.1:8081/apis/ccompat/v7")
PREFIX = os.environ.get("MILLRACE_TOPIC_PREFIX", "millrace.")

registry = SchemaRegistryClient({"url": REGISTRY})
# Millrace registers its schemas itself: take the newest one instead of registering another.
_serializer = AvroSerializer(registry, conf={"auto.register.schemas": False, "use.latest.version": True})
_deserializer = AvroDeserializer(registry)


def topic(name: str) -> str:
    return PREFIX + name


def encode(name: str, value: dict) -> bytes:
    """A record of the topic; fields that are left out take their defaults."""
    return _serializer(value, SerializationContext(topic(name), MessageField.VALUE))


def decode(message) -> dict:
    return _deserializer(message.value(), SerializationContext(message.topic(), MessageField.VALUE))


def send(name: str, key: str, value: bytes | None, headers: dict[str, bytes] | None = None) -> int:
    """Sends one record and waits until it is kept; answers its partition."""
    places: list = []

    def done(error, message):
        if error is not None:
            raise RuntimeError(f"{topic(name)}: {error}")
        places.append(message.partition())

    producer = Producer({"bootstrap.servers": BROKERS, "acks": "all", "linger.ms": 0})
    producer.produce(topic(name), key=key, value=value, headers=headers or {}, on_delivery=done)
    producer.flush()
    return places[0]


def consumer() -> Consumer:
    return Consumer({"bootstrap.servers": BROKERS, "group.id": "unused", "enable.auto.commit": False})
