// Made by train.py: one digit, and what the network should say about it.
#ifndef SAMPLE_H
#define SAMPLE_H

enum { SAMPLE_DIGIT = 3 };

// 8 rows of 8 pixels, from 0 (paper) to 16 (ink). The network wants them divided by 16.
static const float sample_pixels[64] = {
    0, 0, 6, 13, 16, 8, 0, 0,
    0, 5, 16, 15, 14, 12, 0, 0,
    0, 9, 12, 2, 15, 8, 0, 0,
    0, 0, 0, 9, 12, 0, 0, 0,
    0, 0, 0, 15, 16, 13, 3, 0,
    0, 0, 0, 3, 9, 15, 11, 0,
    0, 0, 1, 8, 14, 16, 8, 0,
    0, 0, 7, 16, 14, 6, 0, 0,
};

static const float sample_probabilities[10] = {
    0.0000566, 0.0001368, 0.0033394, 0.9844572, 0.0000035,
    0.0023790, 0.0000663, 0.0003736, 0.0063150, 0.0028726,
};

#endif
