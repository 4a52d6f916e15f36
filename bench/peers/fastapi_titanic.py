"""The peer: FastAPI with a pydantic model and onnxruntime, as its documentation would have one write it."""

import sys
from typing import Any

import numpy as np
import onnxruntime
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel


class Passenger(BaseModel):
    Pclass: int
    Sex: str
    Age: float | None
    SibSp: int
    Parch: int
    Fare: float | None
    Cabin: str | None
    Embarked: str | None


class Answer(BaseModel):
    label: str
    probabilities: dict[str, float]


def make(path: str) -> FastAPI:
    """The application for one model file."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    app = FastAPI()

    @app.post("/predict")
    async def predict(passenger: Passenger) -> Answer:
        label, probabilities = session.run(["label", "probabilities"], feeds(passenger))
        return Answer(label=label[0], probabilities={"0": float(probabilities[0, 0]), "1": float(probabilities[0, 1])})

    return app


def feeds(row: Passenger) -> dict[str, Any]:
    """One row as the model's inputs."""
    nan = float("nan")
    return {
        "Pclass": np.array([str(row.Pclass)], object),
        "Sex": np.array([row.Sex], object),
        "Age": np.array([nan if row.Age is None else row.Age], np.float32),
        "SibSp": np.array([row.SibSp], np.int64),
        "Parch": np.array([row.Parch], np.int64),
        "Fare": np.array([nan if row.Fare is None else row.Fare], np.float32),
        "Cabin": np.array([row.Cabin or ""], object),
        "Embarked": np.array([row.Embarked or ""], object),
    }


if __name__ == "__main__":
    uvicorn.run(make(sys.argv[1]), port=int(sys.argv[2]), log_level="warning", access_log=False)
