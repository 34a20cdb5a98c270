import { routesIn } from './routes.js';

it("reads every route out of Fastify's tree", () => {
  const tree = `├── /v1/pipelines/:pipeline/decisions (GET, HEAD)
│   ├── /:eventId (GET, HEAD)
│   └── /:eventId/actions
│       └── /last (POST)
└── /v1/pipelines/:pipeline/feedback (POST, PUT)
`;
  expect(routesIn(tree)).toEqual([
    'GET /v1/pipelines/{pipeline}/decisions',
    'GET /v1/pipelines/{pipeline}/decisions/{eventId}',
    'POST /v1/pipelines/{pipeline}/decisions/{eventId}/actions/last',
    'POST /v1/pipelines/{pipeline}/feedback',
    'PUT /v1/pipelines/{pipeline}/feedback',
  ]);
});
